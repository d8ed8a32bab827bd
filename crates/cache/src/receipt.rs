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
    rung: Durability,
    version: u64,
    number: u64,
    waiting: Option<Waiting>,
}

/// Where the write is while it is not stored.
#[derive(Clone, Copy)]
struct Waiting {
    /// The engine's number. A receipt does not keep the cache, and with it the store, open.
    engine: u64,
    shard: u32,
    at: u32,
}

/// The engines that are there, by the numbers that their receipts have: a number costs a put less than a
/// counted reference.
static ENGINES: Mutex<BTreeMap<u64, Weak<dyn Stores>>> = Mutex::new(BTreeMap::new());

/// The last number that was given. None is given twice, so no receipt finds another cache than its own.
static NUMBERED: AtomicU64 = AtomicU64::new(0);

/// An engine's number, under which it is found until it is dropped.
#[derive(Debug)]
pub(crate) struct Engine(u64);

impl Default for Engine {
    fn default() -> Self {
        Self(NUMBERED.fetch_add(1, Ordering::Relaxed) + 1)
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

fn found(engine: u64) -> Option<Arc<dyn Stores>> {
    engines().get(&engine)?.upgrade()
}

/// The engine, whatever its keys and values are.
trait Stores: Send + Sync {
    fn when_stored(self: Arc<Self>, shard: u32, at: u32, version: u64, done: Done<()>);
    fn when_synced(&self, number: u64) -> Op<()>;
}

impl<K: Key, V: Value> Stores for Shared<K, V> {
    fn when_stored(self: Arc<Self>, shard: u32, at: u32, version: u64, done: Done<()>) {
        self.step(shard as usize, |shard, effects| shard.wait_stored(at, version, done, effects));
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
        let shard = u32::try_from(shard).unwrap_or_default();
        let waiting = Some(Waiting { engine: engine.0, shard, at });
        Self { rung: Durability::Memory, version, number, waiting }
    }

    #[inline]
    pub(crate) fn stored_at(version: u64) -> Self {
        Self { rung: Durability::Stored, version, number: 0, waiting: None }
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
        match &self.waiting {
            None => Op::ready(()),
            Some(waiting) => match found(waiting.engine) {
                Some(engine) => engine.when_synced(self.number),
                None => Op::failed(gone()),
            },
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
        match &self.waiting {
            None => done.complete(Ok(())),
            Some(waiting) => match found(waiting.engine) {
                Some(engine) => engine.when_stored(waiting.shard, waiting.at, self.version, done),
                None => done.complete(Err(gone())),
            },
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
