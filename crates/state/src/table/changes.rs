//! What a transaction has changed in one table: one change a key.

use std::any::Any;
use std::sync::Arc;
use std::{fmt, iter, mem};

use forebay_store::Result;
use serde::Serialize;

use super::change::Change;
use super::entry::Entry;
use super::order::{ByHash, ByKey, TableOrder, seek};
use super::table::Table;
use super::touched::Touched;
use crate::catalog::TableInfo;
use crate::commit::Grave;
use crate::key::Key;
use crate::record::BodyWriter;
use crate::tree::Tree;

/// So many puts in a row are not applied a second time.
const GRAFTED: usize = 128;

/// The changes of one table.
#[doc(hidden)]
pub struct TableChanges<K: Key, V, O: TableOrder = ByKey> {
    /// Everything that was there before is gone.
    pub(super) cleared: bool,
    pub(super) touched: Touched<Change<K, V>, O>,
    pub(super) order: O,
}

/// The changes of one hash table.
#[doc(hidden)]
pub type HashTableChanges<K, V> = TableChanges<K, V, ByHash>;

impl<K: Key, V, O: TableOrder> TableChanges<K, V, O> {
    pub(super) fn new(order: O) -> Self {
        Self { cleared: false, touched: Touched::new(), order }
    }

    pub(super) fn add(&mut self, change: Change<K, V>) {
        self.touched.insert(&self.order, change);
    }

    /// How many operations they are; a cleared table counts as more than any number of others.
    pub fn weight(&self) -> usize {
        if self.cleared { usize::MAX } else { self.touched.len() }
    }
}

impl<K: Key, V: Serialize, O: TableOrder> TableChanges<K, V, O> {
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

impl<K: Key, V: Send + Sync + 'static, O: TableOrder> TableChanges<K, V, O> {
    /// Applies them to `table`.
    pub fn apply(&self, table: &mut Table<K, V, O>, grave: &mut Grave) {
        if self.cleared {
            let empty = Tree::new(table.order().clone());
            grave.bury(Arc::new(mem::replace(&mut table.tree, empty)));
        }
        let mut bury = |gone: Arc<Entry<K, V>>| grave.bury(gone as Arc<dyn Any + Send + Sync>);
        let mut changes = self.touched.iter();
        let mut next = changes.next();
        while let Some(change) = next {
            if let Change::Delete(key) = change {
                let gone = seek(&self.order, key, |sought| table.tree.remove(sought));
                gone.into_iter().for_each(&mut bury);
                next = changes.next();
                continue;
            }
            let row = iter::from_fn(|| {
                let entry = next?.entry()?;
                next = changes.next();
                Some(Arc::clone(entry))
            });
            table.tree.insert_row(row, &mut bury);
        }
    }
}

impl<K: Key, V: Send + Sync + 'static, O: TableOrder> TableChanges<K, V, O> {
    /// The same if nobody needs them any more. `newer` is the same table with nothing but these changes, if there is
    /// one.
    ///
    /// Of a row of puts `table` shares the nodes that `newer` has for it. Most often other puts are in a row, too, and
    /// are moved then. To count each once more here, and once less when they are freed, costs half as much as to put it
    /// into the tree.
    pub fn apply_last(
        &mut self,
        table: &mut Table<K, V, O>,
        newer: Option<&Table<K, V, O>>,
        grave: &mut Grave,
    ) {
        if newer.is_some_and(|newer| self.graft(table, newer, grave)) {
            // The newer table has all of its entries, so nothing of a row is freed here. A tree has keys of its own: it
            // stays, to be weighed and freed with the rest.
            if !matches!(self.touched, Touched::Many(_)) {
                self.touched = Touched::new();
            }
            return;
        }
        match &mut self.touched {
            Touched::Row(row)
                if !self.cleared && row.iter().all(|change| change.entry().is_some()) =>
            {
                let entries = mem::take(row).into_iter().filter_map(Change::into_entry);
                table.tree.insert_row(entries, |gone| grave.bury(gone));
            }
            _ => self.apply(table, grave),
        }
    }

    /// Has `table` share the nodes of `newer` that have these changes, if those are many new keys, and there is not much
    /// else in the nodes: what is changed in one of them next has it copied. Of keys that were there somebody has to
    /// free what was replaced, and a node does not say how much that is.
    fn graft(&self, table: &mut Table<K, V, O>, newer: &Table<K, V, O>, grave: &mut Grave) -> bool {
        let count = self.touched.len();
        let added = newer.tree.len().saturating_sub(table.tree.len());
        if self.cleared || count < GRAFTED || added < count {
            return false;
        }
        let mut changes = self.touched.iter();
        let ends =
            (changes.next().and_then(Change::entry), changes.next_back().and_then(Change::entry));
        let (Some(first), Some(last)) = ends else { return false };
        let rank = |key: &K| seek(&self.order, key, |sought| newer.tree.rank(sought).0);
        let between = rank(&last.key).saturating_sub(rank(&first.key));
        if between >= 2 * count || !changes.all(|change| change.entry().is_some()) {
            return false;
        }
        table.tree.graft(&newer.tree, (first, last), |pruned| grave.bury(pruned))
    }
}

impl<K: Key, V, O: TableOrder> fmt::Debug for TableChanges<K, V, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableChanges")
            .field("cleared", &self.cleared)
            .field("touched", &self.touched.len())
            .finish_non_exhaustive()
    }
}
