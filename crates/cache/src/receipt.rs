//! What a write returns.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use forebay_store::{Done, Durability, Error, ErrorKind, Key, Op, Value};

use crate::engine::{Shared, needs_journal};
use crate::table::Accepted;

/// The receipt of an accepted write: which rung it has reached, and a way to wait for a higher one.
///
/// It is small and cheap to clone, and may be dropped: the write goes on.
#[derive(Clone)]
pub struct Receipt {
    version: u64,
    number: u64,
    /// The shard's number, which is its engine's, too: a receipt does not keep the cache, and with it the store,
    /// open. Where the entry is in the shard. Neither means anything at `Stored`.
    shard: u64,
    at: u32,
    rung: Durability,
}

/// The engines that are there, by the numbers of their first shards: a number costs a put less than a counted
/// reference.
static ENGINES: Mutex<BTreeMap<u64, Weak<dyn Stores>>> = Mutex::new(BTreeMap::new());

/// The last number that was given. None is given twice, so no receipt finds another cache than its own: a thousand
/// caches a second last for thousands of years.
static NUMBERED: AtomicU64 = AtomicU64::new(0);

/// More shards than any engine has.
const SHARDS: u64 = 1 << 16;

/// The number of an engine's first shard, under which it is found until it is dropped.
#[derive(Debug)]
pub(crate) struct Engine(u64);

impl Default for Engine {
    fn default() -> Self {
        Self(NUMBERED.fetch_add(SHARDS, Ordering::Relaxed))
    }
}

impl Engine {
    /// From now on receipts find it.
    pub(crate) fn enter<K: Key, V: Value>(&self, engine: &Arc<Shared<K, V>>) {
        let engine: Weak<Shared<K, V>> = Arc::downgrade(engine);
        engines().insert(self.0, engine);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let engine = engines().remove(&self.0);
        drop(engine);
    }
}

/// A leaf: under it nothing is called, and nothing of an engine is dropped.
fn engines() -> MutexGuard<'static, BTreeMap<u64, Weak<dyn Stores>>> {
    ENGINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The engine of a shard, and which of its shards that is.
fn found(shard: u64) -> Option<(Arc<dyn Stores>, u64)> {
    let n = shard % SHARDS;
    Some((engines().get(&(shard - n))?.upgrade()?, n))
}

/// The engine, whatever its keys and values are.
trait Stores: Send + Sync {
    fn when_stored(self: Arc<Self>, shard: u64, at: u32, version: u64, done: Done<()>);
    fn when_synced(&self, number: u64) -> Op<()>;
}

impl<K: Key, V: Value> Stores for Shared<K, V> {
    fn when_stored(self: Arc<Self>, shard: u64, at: u32, version: u64, done: Done<()>) {
        let n = usize::try_from(shard).unwrap_or_default();
        self.step(n, |shard, effects| shard.wait_stored(at, version, done, effects));
    }

    fn when_synced(&self, number: u64) -> Op<()> {
        match self.journal() {
            Some(journal) => journal.log.channel().when(number, Durability::Synced),
            None => Op::failed(needs_journal(Durability::Synced)),
        }
    }
}

impl Receipt {
    #[inline]
    pub(crate) fn waiting(engine: &Engine, shard: usize, accepted: Accepted) -> Self {
        let Accepted { at, version, number, .. } = accepted;
        let shard = engine.0 + u64::try_from(shard).unwrap_or_default();
        Self { version, number, shard, at, rung: Durability::Memory }
    }

    #[inline]
    pub(crate) fn stored_at(version: u64) -> Self {
        Self { version, number: 0, shard: 0, at: 0, rung: Durability::Stored }
    }

    /// The same receipt, now that the write has reached this rung.
    #[inline]
    pub(crate) fn at(mut self, rung: Durability) -> Self {
        if rung == Durability::Stored {
            return Self::stored_at(self.version);
        }
        self.rung = rung;
        self
    }

    /// The write's number in the journal; 0 if it is not there.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The rung that the write had reached when it was acknowledged.
    pub fn rung(&self) -> Durability {
        self.rung
    }

    /// The write's version: it grows with every write of its key while the cache is open.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Waits until this write is in the journal and on the device: from then on it survives a power
    /// cut. All callers that wait share a sync. What is stored is safe already.
    ///
    /// # Errors
    ///
    /// `Unsupported` if the cache has no journal. `Unknown` if the journal failed: the write may be
    /// there when it is opened again. `Closed` if the cache is gone.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn synced(&self) -> Op<()> {
        if self.rung == Durability::Stored {
            return Op::ready(());
        }
        match found(self.shard) {
            Some((engine, _)) => engine.when_synced(self.number),
            None => Op::failed(gone()),
        }
    }

    /// Waits until this write, or a newer one of its key, is in the store. The write no longer waits for
    /// `flush_delay`.
    ///
    /// # Errors
    ///
    /// - `Refused` if the store refused it: the value is in quarantine then.
    /// - `Unknown` with a [`NotStored`](crate::NotStored) among its causes if it [waits](crate::WhenRefused::Queue) in
    ///   quarantine behind an earlier one that was refused.
    /// - `Unknown` if the journal failed: nothing is stored any more, and the write may be there when it is opened again.
    /// - `Closed` if the cache was closed before the write was stored, or is gone.
    ///
    /// While the store fails it waits on.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn stored(&self) -> Op<()> {
        let (done, op) = Op::pending();
        self.when_stored(done);
        op
    }

    pub(crate) fn when_stored(&self, done: Done<()>) {
        if self.rung == Durability::Stored {
            return done.complete(Ok(()));
        }
        match found(self.shard) {
            Some((engine, n)) => engine.when_stored(n, self.at, self.version, done),
            None => done.complete(Err(gone())),
        }
    }
}

#[cold]
fn gone() -> Error {
    let message = "the cache is gone; what it could not store was told when it was closed";
    Error::new(ErrorKind::Closed, message)
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("rung", &self.rung)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Half a line of the processor's cache with the operation around it, because every put moves it.
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Op<Receipt>>() == 32);
