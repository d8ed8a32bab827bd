//! What a snapshot was made of.

use super::footer::Totals;
use crate::revision::Revision;

/// A snapshot that was made and is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotReport {
    /// The last transaction that is in it.
    pub revision: Revision,
    /// The last record of the journal that is in it.
    pub covered: u64,
    /// How much is in it.
    pub totals: Totals,
}

impl SnapshotReport {
    pub(crate) fn new(revision: Revision, covered: u64, totals: Totals) -> Self {
        Self { revision, covered, totals }
    }
}
