//! What an opening has found.

use std::collections::BTreeMap;
use std::fmt;

use forebay_journal::Recovery;

use super::lost::Losses;
use super::mode::Mode;
use crate::catalog::TableId;
use crate::revision::Revision;
use crate::snapshot::SnapshotReport;
use crate::value::Gone;

/// What was found when a state was opened.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OpenReport {
    /// How it was opened.
    pub mode: Mode,
    /// What the journal says of its own recovery; nothing for a state in memory.
    pub recovery: Option<Recovery>,
    /// The snapshot that it went on from, if there was one.
    pub snapshot: Option<SnapshotReport>,
    /// Transactions that were read from the journal.
    pub transactions: u64,
    /// Changes in them.
    pub changes: u64,
    /// Entries and changes of retired tables, which were passed over.
    pub retired: u64,
    /// Values that were migrated: how many by each hop, which is known by its table and the version
    /// that it begins at.
    pub migrated: BTreeMap<(TableId, u16), u64>,
    /// Values that this opening has put into quarantine, by the [names](crate::Cause::name) of their
    /// causes.
    pub quarantined: BTreeMap<&'static str, u64>,
    /// Values that have lost fields which their type does not have any more: how many of each table, and
    /// which fields.
    pub drifted: BTreeMap<TableId, (u64, Vec<Gone>)>,
    /// What could not be brought back from damaged files.
    pub losses: Losses,
    /// Transactions that were longer than a frame and whose end is not there: they were never
    /// acknowledged, so nothing is lost with them.
    pub unfinished: u64,
    /// The last transaction that was found; the state goes on at a later revision.
    pub last: Revision,
}

impl OpenReport {
    /// Whether something that was acknowledged is not in the tables as it was. A strict opening has no
    /// loss.
    pub fn has_loss(&self) -> bool {
        self.losses.count() > 0 || self.has_values()
    }

    /// Whether there are values that another opening would not find as they are now, before there is a
    /// snapshot.
    pub(super) fn has_values(&self) -> bool {
        !(self.quarantined.is_empty() && self.drifted.is_empty())
    }

    /// The same with what a recovery has found before: what this one has read is what that has
    /// written.
    pub(super) fn behind(self, recovered: Option<Self>) -> Self {
        match recovered {
            None => self,
            Some(recovered) => {
                let (recovery, snapshot) = (self.recovery, self.snapshot);
                Self { recovery, snapshot, ..recovered }
            }
        }
    }
}

impl fmt::Display for OpenReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { transactions, changes, last, .. } = self;
        let how = if self.has_loss() { "with losses" } else { "whole" };
        write!(f, "{how} up to revision {last}: ")?;
        match &self.snapshot {
            Some(snapshot) => write!(f, "{} entries from a snapshot, ", snapshot.totals.entries())?,
            None => f.write_str("no snapshot, ")?,
        }
        write!(f, "{transactions} transactions with {changes} changes from the journal")?;
        let counts = [
            ("migrated", self.migrated.values().sum()),
            ("of retired tables", self.retired),
            ("unfinished transactions", self.unfinished),
        ];
        for (what, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            write!(f, "; {count} {what}")?;
        }
        for (cause, count) in &self.quarantined {
            write!(f, "; {count} into quarantine: {cause}")?;
        }
        for (table, (values, gone)) in &self.drifted {
            write!(f, "; {values} values of table {table} without")?;
            gone.iter().try_for_each(|gone| write!(f, " `{}`", gone.field))?;
        }
        for (name, error) in self.losses.damaged_snapshots() {
            write!(f, "; damaged: `{name}`: {error}")?;
        }
        for lost in self.losses.told() {
            write!(f, "; lost: {lost}")?;
        }
        match self.losses.count() - self.losses.told().len() as u64 {
            0 => Ok(()),
            more => write!(f, "; {more} more losses"),
        }
    }
}
