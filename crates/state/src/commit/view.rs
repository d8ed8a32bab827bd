//! A view: what a reader holds.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::pin::Pin;
use crate::quarantine::Quarantine;
use crate::revision::Revision;
use crate::tables::Tables;

/// All tables as they were at one moment, for as long as it is held.
///
/// It stops no writer, and no writer changes what it shows. While it is held, what has been
/// replaced since stays in memory.
pub struct View<T: Tables> {
    pin: Arc<Pin<T>>,
}

impl<T: Tables> View<T> {
    pub(super) fn new(pin: Arc<Pin<T>>) -> Self {
        Self { pin }
    }

    /// The last transaction that it shows.
    pub fn revision(&self) -> Revision {
        self.pin.root.revision
    }

    /// The indexes over the tables, as they were at the same moment.
    pub fn indexes(&self) -> &T::Indexes {
        &self.pin.root.indexes
    }

    /// The values that could not be taken into their tables when the state was opened, as far as
    /// nobody has written their keys, retried or purged them since.
    pub fn quarantine(&self) -> &Quarantine {
        &self.pin.root.quarantine
    }

    /// The last record of the journal that is in it.
    pub(crate) fn number(&self) -> u64 {
        self.pin.root.number
    }
}

impl<T: Tables> Deref for View<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.pin.root.tables
    }
}

impl<T: Tables> fmt::Debug for View<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("revision", &self.revision()).finish_non_exhaustive()
    }
}
