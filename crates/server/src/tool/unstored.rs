//! What a cache has left unstored in its journal.

use forebay::journal::Fold;

use super::json::Object;
use super::size::{count, size};

/// How much is left unstored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Unstored {
    writes: u64,
    deletes: u64,
    quarantined: u64,
    bytes: u64,
}

/// Reads the records of a cache one by one; `None` from the first on that is none of a cache.
pub(super) struct Reading(Option<Fold>);

impl Reading {
    /// A reading of a journal, whose label says whether it is a cache's.
    pub(super) fn new(is_cache: bool) -> Self {
        Self(is_cache.then(Fold::default))
    }

    pub(super) fn take(&mut self, record: &[u8]) {
        if let Some(fold) = &mut self.0
            && fold.take(record).is_err()
        {
            self.0 = None;
        }
    }

    pub(super) fn end(self) -> Option<Fold> {
        self.0
    }
}

impl Unstored {
    /// Counts what is left.
    pub(super) fn of(fold: Fold) -> Self {
        fold.unstored().fold(Self::default(), |sum, write| {
            let value = match &write.edit {
                forebay::Edit::Put { value, .. } => Some(value.len()),
                forebay::Edit::Delete => None,
            };
            Self {
                writes: sum.writes + 1,
                deletes: sum.deletes + u64::from(value.is_none()),
                quarantined: sum.quarantined + u64::from(write.refused.is_some()),
                bytes: sum.bytes + (write.key.len() + value.unwrap_or_default()) as u64,
            }
        })
    }

    /// The same for people.
    pub(super) fn line(&self) -> String {
        let Self { writes, deletes, quarantined, bytes } = *self;
        if writes == 0 {
            return "everything is stored".into();
        }
        let (deletes, bytes) = (count(deletes, "delete"), size(bytes));
        let writes = count(writes, "write");
        format!("{writes} not stored ({deletes}, {quarantined} in quarantine, {bytes})")
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Object {
        Object::new()
            .number("unstored", self.writes)
            .number("deletes", self.deletes)
            .number("quarantined", self.quarantined)
            .number("bytes", self.bytes)
    }
}
