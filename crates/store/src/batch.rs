//! The unit of writing: an ordered batch of puts and deletes.

use crate::seam::WallTime;

/// Names a batch. A batch that is sent again whole, after `Retry` or `Unknown`, keeps its id, so a
/// store that remembers the last id can tell a repetition; a remainder of it gets a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BatchId {
    /// The maker of the batch: one number for each opened cache.
    pub origin: u64,
    /// Which batch of that origin; never reused.
    pub number: u64,
}

/// An ordered batch of writes. No key appears in it twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<K, V> {
    /// Stable when the same batch is sent again.
    pub id: BatchId,
    /// The writes, in the order in which they are to be applied.
    pub ops: Vec<WriteOp<K, V>>,
}

/// One write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteOp<K, V> {
    /// The key.
    pub key: K,
    /// What to do to it.
    pub edit: Edit<V>,
    /// Grows with every accepted write of this key within one origin, and does not change when
    /// the write is sent again: with the origin it is an idempotency token for this write alone.
    pub version: u64,
    /// What must hold for the write; only stores that declare `conditional` honour it.
    pub condition: Condition,
}

/// What a write does to its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit<V> {
    /// Make this the key's value.
    Put {
        /// The value.
        value: V,
        /// When it may be dropped. A store without `expiry` ignores it.
        expires_at: Option<WallTime>,
    },
    /// Make the key absent. Deleting an absent key succeeds.
    Delete,
}

/// A precondition on a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// None.
    #[default]
    Always,
    /// The key is absent; otherwise the write is `Refused`.
    Absent,
    /// The key is present; otherwise the write is `Refused`.
    Present,
}

impl<K: Clone, V: Clone> Batch<K, V> {
    /// The writes at `positions` (growing, within the batch) as a batch of their own.
    pub fn subset(&self, id: BatchId, positions: &[usize]) -> Self {
        Self { id, ops: positions.iter().map(|&position| self.ops[position].clone()).collect() }
    }
}

impl<K, V> WriteOp<K, V> {
    /// An unconditional put.
    pub fn put(key: K, value: V, version: u64) -> Self {
        let edit = Edit::Put { value, expires_at: None };
        Self { key, edit, version, condition: Condition::Always }
    }

    /// An unconditional delete.
    pub fn delete(key: K, version: u64) -> Self {
        Self { key, edit: Edit::Delete, version, condition: Condition::Always }
    }
}
