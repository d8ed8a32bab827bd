//! What transactions have changed in one table that is accepted and not yet shown.

use std::fmt;

use super::change::Change;
use super::changes::TableChanges;
use super::order::{ByKey, seek};
use crate::key::Key;
use crate::revision::Revision;
use crate::tree::{Item, Tree};

/// The unshown changes of one table.
#[doc(hidden)]
pub struct TableOverlay<K: Key, V> {
    /// Everything below is gone, since this revision.
    pub(super) cleared: Option<Revision>,
    pub(super) touched: Tree<Accepted<K, V>, ByKey>,
}

/// The newest change of a key, and the transaction that made it.
pub(super) struct Accepted<K, V> {
    pub(super) change: Change<K, V>,
    revision: Revision,
}

impl<K: Clone, V> Clone for Accepted<K, V> {
    fn clone(&self) -> Self {
        Self { change: self.change.clone(), revision: self.revision }
    }
}

impl<K: Key, V> Item for Accepted<K, V> {
    type Key = K;

    fn key(&self) -> &K {
        self.change.key()
    }
}

impl<K: Key, V> TableOverlay<K, V> {
    /// Puts the changes of transaction `revision` above all others.
    pub fn accept(&mut self, changes: &TableChanges<K, V>, revision: Revision) {
        if changes.cleared {
            self.cleared = Some(revision);
            self.touched = Tree::new(ByKey);
        }
        for change in changes.touched.iter() {
            self.touched.insert(Accepted { change: change.clone(), revision });
        }
    }

    /// Takes out what is left of the changes of transaction `revision`.
    pub fn leave(&mut self, changes: &TableChanges<K, V>, revision: Revision) {
        if self.cleared == Some(revision) {
            self.cleared = None;
        }
        for change in changes.touched.iter() {
            seek(change.key(), |sought| {
                if self.touched.get(&sought).is_some_and(|newest| newest.revision == revision) {
                    self.touched.remove(&sought);
                }
            });
        }
    }
}

impl<K: Key, V> Default for TableOverlay<K, V> {
    fn default() -> Self {
        Self { cleared: None, touched: Tree::new(ByKey) }
    }
}

impl<K: Key, V> fmt::Debug for TableOverlay<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableOverlay")
            .field("cleared", &self.cleared)
            .field("touched", &self.touched.len())
            .finish()
    }
}
