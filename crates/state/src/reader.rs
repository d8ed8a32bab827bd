//! A reader: what a thread reads with that does little else.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::commit::{Core, Root};
use crate::revision::Revision;
use crate::tables::Tables;

/// Reads faster than [`State::read`](crate::State::read) does, for loops that do little else: it
/// keeps the newest state it saw, and looks whether there is a newer one.
///
/// It stops no writer. What it saw last stays in memory until it reads again or is dropped, so do not
/// keep an idle one. For a read now and then, ask the state.
///
/// ```
/// # use forebay_state::{State, Table, Tables};
/// # fn sum<T: Tables>(state: &State<T>, ages: impl Fn(&T) -> Option<u64>) -> u64 {
/// let mut reader = state.reader();
/// (0..1000).filter_map(|_| ages(&reader.read())).sum()
/// # }
/// ```
pub struct Reader<T: Tables> {
    core: Arc<Core<T>>,
    /// The newest that it saw.
    root: Arc<Root<T>>,
    /// That of the root, kept here for the look at whether there is a newer one.
    revision: Revision,
}

impl<T: Tables> Reader<T> {
    pub(crate) fn new(core: Arc<Core<T>>) -> Self {
        let root = core.front.root();
        Self { core, revision: root.revision, root }
    }

    /// All tables as they are now. It waits for no writer, and no writer waits for it.
    #[inline]
    pub fn read(&mut self) -> Glance<'_, T> {
        if self.core.front.shown() != self.revision {
            self.look_again();
        }
        Glance { root: &self.root }
    }

    #[cold]
    fn look_again(&mut self) {
        self.root = self.core.front.root();
        self.revision = self.root.revision;
    }
}

impl<T: Tables> fmt::Debug for Reader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

/// All tables as a [`Reader`] found them, until it reads again.
pub struct Glance<'r, T: Tables> {
    root: &'r Root<T>,
}

impl<T: Tables> Glance<'_, T> {
    /// The last transaction that it shows.
    pub fn revision(&self) -> Revision {
        self.root.revision
    }

    /// The indexes over the tables, as they were at the same moment.
    pub fn indexes(&self) -> &T::Indexes {
        &self.root.indexes
    }
}

impl<T: Tables> Deref for Glance<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.root.tables
    }
}

impl<T: Tables> fmt::Debug for Glance<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Glance").field("revision", &self.revision()).finish_non_exhaustive()
    }
}
