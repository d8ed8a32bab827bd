//! What a transaction has changed in one table: one change a key.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::change::Change;
use super::order::{ByKey, seek};
use super::table::Table;
use crate::commit::Grave;
use crate::key::Key;
use crate::tree::Tree;

/// The changes of one table.
#[doc(hidden)]
pub struct TableChanges<K: Key, V> {
    /// Everything that was there before is gone.
    pub(super) cleared: bool,
    pub(super) touched: Tree<Change<K, V>, ByKey>,
}

impl<K: Key, V> TableChanges<K, V> {
    pub(super) fn new() -> Self {
        Self { cleared: false, touched: Tree::new(ByKey) }
    }

    /// How many operations they are; a cleared table counts as more than any number of others.
    pub fn weight(&self) -> usize {
        if self.cleared { usize::MAX } else { self.touched.len() }
    }
}

impl<K: Key, V: Send + Sync + 'static> TableChanges<K, V> {
    /// Applies them to `table`.
    pub fn apply(&self, table: &mut Table<K, V>, grave: &mut Grave) {
        if self.cleared {
            let gone = std::mem::take(table);
            grave.bury(Arc::new(gone.tree));
        }
        for change in self.touched.iter() {
            let gone = match change {
                Change::Put(entry) => table.tree.insert(Arc::clone(entry)),
                Change::Delete(key) => seek(key, |sought| table.tree.remove(&sought)),
            };
            if let Some(gone) = gone {
                grave.bury(gone as Arc<dyn Any + Send + Sync>);
            }
        }
    }
}

impl<K: Key, V> fmt::Debug for TableChanges<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableChanges")
            .field("cleared", &self.cleared)
            .field("touched", &self.touched.len())
            .finish()
    }
}
