//! What an opening has found.

use std::collections::BTreeMap;

use forebay_journal::Recovery;

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
        !(self.quarantined.is_empty() && self.drifted.is_empty())
    }

    /// Whether the next opening would find the same again.
    pub(crate) fn is_to_be_kept(&self) -> bool {
        self.has_loss()
    }
}
