//! What an import has found and brought over.

use std::collections::BTreeMap;
use std::fmt;

use super::damage::{Cause, Damage};

/// How many notes a report keeps; the counts go on.
const NOTES_MAX: usize = 256;

/// What was found in the directory of an etchdb, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// By the number of the collection: also those without a table.
    pub collections: BTreeMap<u8, CollectionReport>,
    /// The snapshot, if there is one.
    pub snapshot: Option<SnapshotReport>,
    /// The logs that are there, in the order in which they are applied.
    pub logs: Vec<LogReport>,
    /// The values in etchdb's own quarantine.
    pub quarantined: u64,
    /// How many of those were given to whoever asked for them.
    pub handed_over: u64,
    /// How often each thing was found that is damaged or does not fit.
    pub causes: BTreeMap<Cause, u64>,
    /// The first 256 of them, each with its place.
    pub notes: Vec<Damage>,
    /// There is a `snapshot.backup`: etchdb once could not read a snapshot, put it aside and went on
    /// without what was in it. It is not read.
    pub has_backup: bool,
}

/// What was found of one collection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CollectionReport {
    /// Values that were read, in the snapshot and in the logs: of one key perhaps several.
    pub puts: u64,
    /// Deletes.
    pub deletes: u64,
    /// How many values of which version were found; 0 is etchdb 0.3, which had none.
    pub versions: BTreeMap<u16, u64>,
    /// How many entries its table has after the import.
    pub entries: u64,
}

/// What was found of the snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotReport {
    /// 1 and 2: one struct (etchdb 0.3); 3 and 4: entries; 2 and 4 are compressed.
    pub format: u8,
    /// Entries that were read. **Nothing protects them**: the file has no checksum, so a wrong bit in
    /// a key or a value that happens to fit the type cannot be noticed, by nobody.
    pub entries: u64,
    /// What etchdb computed over the names of the types.
    pub fingerprint: u64,
}

/// What was found of one log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogReport {
    /// Its file.
    pub file: &'static str,
    /// 3: bare values (etchdb 0.3); 4: values with versions.
    pub format: u8,
    /// Transactions, each proven by its hash.
    pub transactions: u64,
    /// Their puts and deletes.
    pub operations: u64,
    /// Bytes at its end that are the beginning of a transaction which never ended. That is what a
    /// crash leaves; a file whose end was cut off looks the same.
    pub torn: u64,
    /// It is not whole, and not applied: a log of before the snapshot would take keys back to what
    /// they were.
    pub is_left_out: bool,
}

impl Report {
    /// Whether bytes are damaged.
    pub fn has_damage(&self) -> bool {
        self.causes.keys().any(|cause| cause.is_damage())
    }

    /// Whether something that etchdb had acknowledged may be missing, as far as anybody can tell.
    ///
    /// What etchdb has lost before, nobody can: transactions that it wrote behind a torn one and cut
    /// off at its next start, or a snapshot that it put aside.
    pub fn has_loss(&self) -> bool {
        self.causes.keys().any(|cause| cause.is_loss())
    }

    pub(super) fn note(&mut self, damage: Damage) {
        *self.causes.entry(damage.cause).or_default() += 1;
        if self.notes.len() < NOTES_MAX {
            self.notes.push(damage);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, found) in &self.collections {
            let CollectionReport { puts, deletes, entries, .. } = found;
            writeln!(f, "collection {number}: {puts} puts, {deletes} deletes, {entries} entries")?;
        }
        if let Some(SnapshotReport { format, entries, .. }) = self.snapshot {
            writeln!(f, "snapshot of format {format}: {entries} entries without a checksum")?;
        }
        for log in &self.logs {
            let LogReport { file, transactions, torn, .. } = log;
            write!(f, "{file}: {transactions} transactions, {torn} bytes torn")?;
            writeln!(f, "{}", if log.is_left_out { ", left out" } else { "" })?;
        }
        if self.quarantined > 0 {
            writeln!(f, "quarantine: {}, handed over {}", self.quarantined, self.handed_over)?;
        }
        for (cause, count) in &self.causes {
            writeln!(f, "{cause:?}: {count}")?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}

/// Why an import refused: the source of its error.
#[derive(Clone, Debug)]
pub struct Refusal(pub Report);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refusal {}
