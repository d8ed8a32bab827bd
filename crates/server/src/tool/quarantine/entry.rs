//! One refused write, as it is printed.

use super::super::json::Object;
use super::super::shown::Shown;
use super::super::size::count;
use crate::octets::Octets;

/// A refused write.
pub(super) struct Entry {
    pub(super) key: Octets,
    pub(super) cause: String,
    /// 0: it waits behind what was refused.
    pub(super) attempts: u64,
    /// What is there: it is another one when that has changed.
    pub(super) version: u64,
    /// In milliseconds since 1970-01-01 UTC.
    pub(super) first_refused: u64,
    pub(super) last_refused: u64,
    pub(super) is_deleted: bool,
    /// With its value, if that was asked for, and when that is over.
    pub(super) value: Option<(Octets, Option<u64>)>,
}

impl Entry {
    /// For people: a line.
    pub(super) fn line(&self) -> String {
        let key = Shown::of(&self.key, false).line();
        let what = if self.is_deleted { "delete, " } else { "" };
        let value = match &self.value {
            Some((value, _)) => format!(" = {}", Shown::of(value, false).line()),
            None => String::new(),
        };
        let attempts = match self.attempts {
            0 => "waits behind what was refused".into(),
            attempts => count(attempts, "attempt"),
        };
        let (first, last, cause) =
            (self.first_refused, self.last_refused, self.cause.escape_debug());
        let version = self.version;
        format!(
            "{key}{value}: {what}{attempts}, first at {first} ms, last at {last} ms, version {version}: {cause}\n"
        )
    }

    /// For programs: an object, with all of the value.
    pub(super) fn json(&self) -> String {
        let shown = |bytes: &[u8]| Shown::of(bytes, true).json(Object::new());
        let object = Object::new()
            .object("key", Some(shown(&self.key)))
            .text("kind", if self.is_deleted { "delete" } else { "put" })
            .number("attempts", self.attempts)
            .number("version", self.version)
            .number("first_refused", self.first_refused)
            .number("last_refused", self.last_refused)
            .text("cause", &self.cause);
        let Some((value, expires_at)) = &self.value else { return object.end() + "\n" };
        let expires_at = expires_at.map_or("null".into(), |at| at.to_string());
        object.object("value", Some(shown(value))).raw("expires_at", &expires_at).end() + "\n"
    }
}
