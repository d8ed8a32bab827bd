//! A table in a transaction, as an import fills it.

use forebay_store::Result;

use crate::key::Key;
use crate::table::{TableOrder, TableTx};

/// A table in a transaction, whatever its order: what a `select` of an import gives.
pub trait Target<K, V> {
    /// Puts an entry there.
    #[doc(hidden)]
    fn fill(&mut self, key: K, value: V) -> Result<()>;

    /// Takes an entry out.
    #[doc(hidden)]
    fn unfill(&mut self, key: &K);

    /// Whether there is an entry.
    #[doc(hidden)]
    fn has(&self, key: &K) -> bool;

    /// How many entries there are.
    #[doc(hidden)]
    fn count(&self) -> usize;
}

impl<K: Key, V, O: TableOrder> Target<K, V> for TableTx<'_, K, V, O> {
    fn fill(&mut self, key: K, value: V) -> Result<()> {
        self.put(key, value)
    }

    fn unfill(&mut self, key: &K) {
        self.delete(key);
    }

    fn has(&self, key: &K) -> bool {
        self.contains(key)
    }

    fn count(&self) -> usize {
        self.len()
    }
}
