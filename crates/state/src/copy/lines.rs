//! The lines of a copy.

use serde::{Deserialize, Serialize};

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

/// A table, as the first line tells of it.
#[derive(Serialize, Deserialize)]
pub(super) struct TableLine {
    pub(super) id: u16,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) key: String,
    pub(super) version: u16,
}

/// An entry.
#[derive(Serialize, Deserialize)]
pub(super) struct EntryLine<T> {
    pub(super) t: T,
    pub(super) k: Plain,
    pub(super) v: Plain,
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Last {
    pub(super) end: bool,
    pub(super) entries: u64,
}
