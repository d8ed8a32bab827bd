//! Index keys of unique indexes that more than one entry has.

use crate::catalog::TableInfo;
use crate::key::{Key, shown};

/// The most that are told one by one.
const TOLD_MAX: usize = 256;

/// What was found while indexes were made anew: a unique index that was declared later than what
/// breaks it was written.
#[doc(hidden)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clashes {
    count: u64,
    told: Vec<String>,
}

impl Clashes {
    /// How many entries have an index key that is another's.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first of them, in words.
    pub fn told(&self) -> &[String] {
        &self.told
    }

    pub(super) fn add<I: Key, K: Key>(
        &mut self,
        index: &str,
        table: &TableInfo,
        by: &I,
        holder: &K,
        other: &K,
    ) {
        self.count += 1;
        if self.told.len() < TOLD_MAX {
            self.told.push(clash(index, table, by, holder, other));
        }
    }
}

/// What is wrong when two entries have one key of a unique index.
pub(super) fn clash<I: Key, K: Key>(
    index: &str,
    table: &TableInfo,
    by: &I,
    holder: &K,
    other: &K,
) -> String {
    let (table, by, holder, other) = (table.name, shown(by), shown(holder), shown(other));
    format!(
        "the index `{index}` of the table `{table}` is unique: {by} is that of {holder} and cannot \
         be that of {other}"
    )
}
