//! A view: what a reader holds.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use arc_swap::Guard;

use super::root::Root;
use crate::quarantine::Quarantine;
use crate::revision::Revision;
use crate::tables::Tables;

/// All tables as they were at one moment, for as long as it is held.
///
/// It stops no writer, and no writer changes what it shows. While it is held, what has been
/// replaced since stays in memory.
pub struct View<T: Tables> {
    root: Guard<Arc<Root<T>>>,
}

impl<T: Tables> View<T> {
    pub(crate) fn new(root: Guard<Arc<Root<T>>>) -> Self {
        Self { root }
    }

    /// The last transaction that it shows.
    pub fn revision(&self) -> Revision {
        self.root.revision
    }

    /// The indexes over the tables, as they were at the same moment.
    pub fn indexes(&self) -> &T::Indexes {
        &self.root.indexes
    }

    /// The values that could not be taken into their tables when the state was opened, as far as
    /// nobody has written their keys, retried or purged them since.
    pub fn quarantine(&self) -> &Quarantine {
        &self.root.quarantine
    }

    /// The last record of the journal that is in it.
    pub(crate) fn number(&self) -> u64 {
        self.root.number
    }
}

impl<T: Tables> Deref for View<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.root.tables
    }
}

impl<T: Tables> fmt::Debug for View<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("revision", &self.revision()).finish_non_exhaustive()
    }
}
