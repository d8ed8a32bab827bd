//! One consistent state of all tables.

use std::fmt;

use crate::quarantine::Quarantine;
use crate::revision::Revision;
use crate::tables::Tables;

/// All tables and indexes, and the quarantine, as they are at one revision. A clone shares everything.
// Readers count one another at an `Arc` of it, and look into it without end: that is in lines of memory of
// its own.
#[derive(Clone)]
#[repr(align(64))]
pub(crate) struct Root<T: Tables> {
    pub(crate) tables: T,
    pub(crate) indexes: T::Indexes,
    /// Values that are in no table.
    pub(crate) quarantine: Quarantine,
    pub(crate) revision: Revision,
    /// The last record of the journal that is in it; 0 without a journal.
    pub(crate) number: u64,
}

impl<T: Tables> Root<T> {
    pub(crate) fn new(tables: T) -> Self {
        let (indexes, quarantine) = (T::Indexes::default(), Quarantine::default());
        Self { tables, indexes, quarantine, revision: Revision::default(), number: 0 }
    }
}

impl<T: Tables> fmt::Debug for Root<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root").field("revision", &self.revision).finish_non_exhaustive()
    }
}
