//! What transactions have changed in one table that is accepted and not yet shown.

use std::fmt;

use super::change::Change;
use super::changes::TableChanges;
use super::order::{ByHash, ByKey, Keyed, TableOrder, seek};
use super::touched::Touched;
use crate::key::Key;
use crate::revision::Revision;
use crate::tree::Item;

/// The unshown changes of one table.
#[doc(hidden)]
pub struct TableOverlay<K: Key, V, O: TableOrder = ByKey> {
    /// Everything below is gone, since this revision.
    pub(super) cleared: Option<Revision>,
    pub(super) touched: Touched<Accepted<K, V>, O>,
}

/// The unshown changes of one hash table.
#[doc(hidden)]
pub type HashTableOverlay<K, V> = TableOverlay<K, V, ByHash>;

/// The newest change of a key, and the transaction that made it.
pub(super) struct Accepted<K: Key, V> {
    pub(super) change: Change<K, V>,
    revision: Revision,
}

impl<K: Key, V> Clone for Accepted<K, V> {
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

impl<K: Key, V> Keyed for Accepted<K, V> {
    fn has(&self, tail: K::Tail) -> Option<bool> {
        self.change.has(tail)
    }
}

impl<K: Key, V, O: TableOrder> TableOverlay<K, V, O> {
    /// Puts the changes of transaction `revision` above all others.
    pub fn accept(&mut self, changes: &TableChanges<K, V, O>, revision: Revision) {
        if changes.cleared {
            self.cleared = Some(revision);
            self.touched = Touched::new();
        }
        for change in changes.touched.iter() {
            self.touched.insert(&changes.order, Accepted { change: change.clone(), revision });
        }
    }

    /// Takes out what is left of the changes of transaction `revision`.
    pub fn leave(&mut self, changes: &TableChanges<K, V, O>, revision: Revision) {
        if self.cleared == Some(revision) {
            self.cleared = None;
        }
        for change in changes.touched.iter() {
            seek(&changes.order, change.key(), |sought| {
                if self.touched.get(sought).is_some_and(|newest| newest.revision == revision) {
                    self.touched.remove(&changes.order, sought);
                }
            });
        }
    }
}

impl<K: Key, V, O: TableOrder> Default for TableOverlay<K, V, O> {
    fn default() -> Self {
        Self { cleared: None, touched: Touched::new() }
    }
}

impl<K: Key, V, O: TableOrder> fmt::Debug for TableOverlay<K, V, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableOverlay")
            .field("cleared", &self.cleared)
            .field("touched", &self.touched.len())
            .finish()
    }
}
