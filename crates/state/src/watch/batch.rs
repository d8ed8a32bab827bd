//! What one transaction has changed in a table.

use std::fmt;
use std::ops::{Bound, RangeBounds};

use crate::key::Key;
use crate::revision::Revision;
use crate::table::{Kept, TableField};

/// What one transaction has changed in a table, or in a range of it.
pub struct Batch<K: Key, V> {
    /// The revision of the state with these changes.
    pub revision: Revision,
    /// Whether everything was taken out first.
    pub is_cleared: bool,
    /// The changes in the order of the table, one a key.
    pub changes: Vec<Change<K, V>>,
}

/// What a transaction has done to a key.
pub enum Change<K: Key, V> {
    /// This is there now.
    Put(Kept<K, V>),
    /// Nothing is there any more.
    Delete(K),
}

impl<K: Key, V> Change<K, V> {
    /// The key.
    pub fn key(&self) -> &K {
        match self {
            Self::Put(entry) => entry.key(),
            Self::Delete(key) => key,
        }
    }

    /// The value that is there now, if there is one.
    pub fn value(&self) -> Option<&V> {
        match self {
            Self::Put(entry) => Some(entry.value()),
            Self::Delete(_) => None,
        }
    }
}

impl<K: Key, V> Batch<K, V> {
    /// What `changes` are to a range; `None` if they are nothing to it.
    pub(super) fn of<F>(
        revision: Revision,
        changes: &F::Changes,
        range: &(Bound<K>, Bound<K>),
    ) -> Option<Self>
    where
        F: TableField<Key = K, Value = V>,
    {
        let mut batch = Self { revision, is_cleared: F::is_cleared(changes), changes: Vec::new() };
        F::each_change(changes, &mut |change| {
            if range.contains(change.key()) {
                batch.changes.push(change);
            }
        });
        (batch.is_cleared || !batch.changes.is_empty()).then_some(batch)
    }
}

impl<K: Key, V> Clone for Batch<K, V> {
    fn clone(&self) -> Self {
        Self { revision: self.revision, is_cleared: self.is_cleared, changes: self.changes.clone() }
    }
}

impl<K: Key, V> Clone for Change<K, V> {
    fn clone(&self) -> Self {
        match self {
            Self::Put(entry) => Self::Put(entry.clone()),
            Self::Delete(key) => Self::Delete(key.clone()),
        }
    }
}

impl<K: Key + fmt::Debug, V: fmt::Debug> fmt::Debug for Change<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Put(entry) => {
                f.debug_tuple("Put").field(entry.key()).field(entry.value()).finish()
            }
            Self::Delete(key) => f.debug_tuple("Delete").field(key).finish(),
        }
    }
}

impl<K: Key + fmt::Debug, V: fmt::Debug> fmt::Debug for Batch<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("revision", &self.revision.0)
            .field("is_cleared", &self.is_cleared)
            .field("changes", &self.changes)
            .finish()
    }
}
