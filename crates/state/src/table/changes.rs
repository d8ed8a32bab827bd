//! What a transaction has changed in one table: one change a key.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use forebay_store::Result;
use serde::Serialize;

use super::change::Change;
use super::order::{ByKey, seek};
use super::table::Table;
use crate::catalog::TableInfo;
use crate::commit::Grave;
use crate::key::Key;
use crate::record::BodyWriter;
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

impl<K: Key, V: Serialize> TableChanges<K, V> {
    /// Writes them as the group of this table, if there are any.
    ///
    /// # Errors
    ///
    /// `Refused` if a key is too long or a value cannot be written.
    pub fn encode(&self, table: &TableInfo, body: &mut BodyWriter<'_>) -> Result<()> {
        let count = self.touched.len() as u64 + u64::from(self.cleared);
        if count == 0 {
            return Ok(());
        }
        body.group(table, count);
        if self.cleared {
            body.clear();
        }
        self.touched.iter().try_for_each(|change| match change {
            Change::Put(entry) => body.put(&entry.key, &entry.value),
            Change::Delete(key) => body.delete(key),
        })
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
