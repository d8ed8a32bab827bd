//! What an opening has found.

use std::collections::BTreeMap;

use forebay_journal::Recovery;

use crate::catalog::TableId;
use crate::revision::Revision;
use crate::snapshot::SnapshotReport;

/// What was found when a state was opened.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OpenReport {
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
    /// Transactions that were longer than a frame and whose end is not there: they were never
    /// acknowledged, so nothing is lost with them.
    pub unfinished: u64,
    /// The last transaction that was found; the state goes on at a later revision.
    pub last: Revision,
}
