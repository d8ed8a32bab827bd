//! The lines of a copy.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::record::StoredTable;
use crate::revision::Revision;
use crate::value::Plain;

/// What the first line calls the format.
pub(super) const FORMAT: &str = "state 1";

/// So many entries pass from one report of the progress to the next.
pub(super) const STEP: u64 = 1000;

/// The first line.
#[derive(Serialize, Deserialize)]
pub(super) struct First {
    pub(super) forebay: String,
    pub(super) name: String,
    pub(super) revision: u64,
    pub(super) tables: Vec<TableLine>,
}

impl First {
    pub(super) fn of(
        name: &str,
        revision: Revision,
        tables: impl Iterator<Item = StoredTable>,
    ) -> Self {
        let (forebay, name) = (FORMAT.to_owned(), name.to_owned());
        let tables = tables.map(TableLine::from).collect();
        Self { forebay, name, revision: revision.0, tables }
    }
}

/// A table, as the first line tells of it.
#[derive(Serialize, Deserialize)]
pub(super) struct TableLine {
    pub(super) id: u16,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) key: String,
    pub(super) version: u16,
}

impl From<StoredTable> for TableLine {
    fn from(StoredTable { id, name, kind, key, version }: StoredTable) -> Self {
        Self { id: id.0, name, kind: kind.to_string(), key, version }
    }
}

/// An entry.
#[derive(Serialize, Deserialize)]
pub(super) struct EntryLine<T> {
    pub(super) t: T,
    pub(super) k: Plain,
    pub(super) v: Plain,
}

/// How a line begins that tells of a value in quarantine.
pub(super) const QUARANTINED: &str = "{\"q\":";

/// A value in quarantine.
#[derive(Serialize)]
pub(super) struct QuarantineLine<'q> {
    pub(super) q: Held<'q>,
}

#[derive(Serialize)]
pub(super) struct Held<'q> {
    /// The name of its table, if there is one.
    pub(super) t: Option<&'q str>,
    pub(super) id: u16,
    /// The key, if its table is known and it is one of it.
    pub(super) k: Option<Plain>,
    pub(super) version: u16,
    pub(super) revision: u64,
    pub(super) cause: &'static str,
    pub(super) why: String,
    /// The value, unless it is damaged.
    pub(super) v: Option<Plain>,
    /// The bytes of all three in hexadecimal digits.
    pub(super) key: Hex<'q>,
    pub(super) value: Hex<'q>,
    pub(super) layouts: Hex<'q>,
}

/// Bytes as hexadecimal digits.
pub(super) struct Hex<'b>(pub(super) &'b [u8]);

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Last {
    pub(super) end: bool,
    pub(super) entries: u64,
    /// So many values are in quarantine.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(super) quarantined: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks like this")]
fn is_none(count: &u64) -> bool {
    *count == 0
}
