//! The store around the table.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;

use super::stats::MemoryStoreStats;
use super::table::Table;
use crate::backing::{Key, Value};
use crate::batch::{Batch, Condition, Edit, WriteOp};
use crate::blocking::BlockingStore;
use crate::capabilities::Capabilities;
use crate::error::{Error, Result};
use crate::outcome::Outcome;
use crate::page::{Cursor, Page};
use crate::seam::{Clock, SystemClock};
use crate::sync::{Mutex, MutexGuard};

/// A [`BlockingStore`] in memory. It honours conditions and expiry, and scans in the order of
/// insertion.
///
/// Keep a second hand on it with an [`Arc`] to look at what arrived:
///
/// ```
/// use forebay_store::{Batch, BatchId, BlockingStore, MemoryStore, WriteOp};
/// use std::sync::Arc;
///
/// let store = Arc::new(MemoryStore::new().with_limit(1));
/// let ops = vec![WriteOp::put("a", 1, 1), WriteOp::put("b", 2, 1)];
/// let outcomes = store.apply(&Batch { id: BatchId { origin: 1, number: 1 }, ops })?;
/// assert!(outcomes[0].is_stored());
/// assert!(!outcomes[1].is_stored()); // the store is full
/// assert_eq!((store.get(&"a"), store.stats().puts), (Some(1), 2));
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub struct MemoryStore<K, V> {
    state: Mutex<State<K, V>>,
    limit: Option<NonZeroUsize>,
    clock: Arc<dyn Clock>,
}

struct State<K, V> {
    table: Table<K, V>,
    stats: MemoryStoreStats,
}

impl<K: Key, V: Value> MemoryStore<K, V> {
    /// An empty store without a limit, on the system's clock.
    pub fn new() -> Self {
        let state = State { table: Table::default(), stats: MemoryStoreStats::default() };
        Self { state: Mutex::new(state), limit: None, clock: SystemClock::shared() }
    }

    /// At most `entries_max` entries; 0 is no limit. In a full store a put of a new key is
    /// refused; overwriting goes on.
    pub fn with_limit(mut self, entries_max: usize) -> Self {
        self.limit = NonZeroUsize::new(entries_max);
        self
    }

    /// The clock by which values expire.
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// What is there under `key`. Not counted in the statistics, as the other looks below.
    pub fn get(&self, key: &K) -> Option<V> {
        self.current().table.get(key).cloned()
    }

    /// Puts a value past the cache that uses this store: not limited, not counted.
    pub fn insert(&self, key: K, value: V) {
        self.current().table.put(key, value, None);
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.current().table.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was asked of it so far.
    pub fn stats(&self) -> MemoryStoreStats {
        self.state.lock().stats
    }

    /// The state without what has expired by now.
    fn current(&self) -> MutexGuard<'_, State<K, V>> {
        let mut state = self.state.lock();
        if state.table.has_expiries() {
            state.table.expire(self.clock.wall());
        }
        state
    }
}

impl<K: Key, V: Value> BlockingStore<K, V> for MemoryStore<K, V> {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            batch_ops_max: 1024,
            concurrency: 64,
            conditional: true,
            expiry: true,
            scan: true,
            ..Capabilities::default()
        }
    }

    fn load(&self, keys: &[K]) -> Result<Vec<Option<V>>> {
        let mut state = self.current();
        let values: Vec<_> = keys.iter().map(|key| state.table.get(key).cloned()).collect();
        state.stats.loads += 1;
        state.stats.keys_loaded += count(values.len());
        state.stats.keys_found += count(values.iter().flatten().count());
        Ok(values)
    }

    fn apply(&self, batch: &Batch<K, V>) -> Result<Vec<Outcome>> {
        let mut state = self.current();
        state.stats.batches += 1;
        Ok(batch.ops.iter().map(|op| state.write(op, self.limit)).collect())
    }

    fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<K, V>> {
        let after = cursor.map_or(Ok(0), number_of)?;
        let mut state = self.current();
        state.stats.scans += 1;
        let (entries, next) = state.table.page(after, limit.max(1));
        let next = next.map(|number| Cursor(number.to_le_bytes().to_vec()));
        Ok(Page { entries, next })
    }

    fn count(&self) -> Result<u64> {
        let mut state = self.current();
        state.stats.counts += 1;
        Ok(count(state.table.len()))
    }
}

impl<K: Key, V: Value> State<K, V> {
    fn write(&mut self, op: &WriteOp<K, V>, limit: Option<NonZeroUsize>) -> Outcome {
        let present = self.table.contains(&op.key);
        let refusal = match op.condition {
            Condition::Absent if present => Some("the key is present already"),
            Condition::Present if !present => Some("the key is absent"),
            _ => None,
        };
        match &op.edit {
            Edit::Put { value, expires_at } => {
                self.stats.puts += 1;
                let full = !present && limit.is_some_and(|limit| self.table.len() >= limit.get());
                if let Some(refusal) = refusal.or(full.then_some("the store is full")) {
                    return Outcome::Refused(Error::refused(refusal));
                }
                self.table.put(op.key.clone(), value.clone(), *expires_at);
                self.stats.puts_stored += 1;
            }
            Edit::Delete => {
                self.stats.deletes += 1;
                if let Some(refusal) = refusal {
                    return Outcome::Refused(Error::refused(refusal));
                }
                self.table.remove(&op.key);
                self.stats.deletes_stored += 1;
            }
        }
        Outcome::Stored
    }
}

fn number_of(cursor: &Cursor) -> Result<u64> {
    let bytes = cursor.0.as_slice().try_into();
    bytes
        .map(u64::from_le_bytes)
        .map_err(|_| Error::invalid("this cursor was not made by a memory store"))
}

/// A length as a counter; no platform has more than 64 bits.
fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

impl<K: Key, V: Value> Default for MemoryStore<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> fmt::Debug for MemoryStore<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        f.debug_struct("MemoryStore")
            .field("limit", &self.limit)
            .field("stats", &state.stats)
            .finish_non_exhaustive()
    }
}
