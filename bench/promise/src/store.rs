//! The store: it takes its time for each call, whatever is in it, and may be down. It keeps nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use forebay_measure::clock::pause_for;
use forebay_store::{Batch, BlockingStore, Capabilities, Error, Outcome, Result};

/// What is written: a number, and a hundred bytes.
pub(crate) type Value = Arc<[u8]>;

/// A value like all others.
pub(crate) fn value() -> Value {
    Arc::from([b'.'; 100])
}

/// How many calls it takes at once, and how many writes in one.
pub(crate) const CALLS: usize = 4;
pub(crate) const WRITES: usize = 256;

/// How the store is at the moment, and what it has done. It is changed from outside.
#[derive(Debug)]
pub(crate) struct Sky {
    micros: AtomicU64,
    is_down: AtomicBool,
    stored: AtomicU64,
    calls: AtomicU64,
}

impl Sky {
    /// A store that takes so long for a call.
    pub(crate) fn new(latency: Duration) -> Arc<Self> {
        let sky = Self {
            micros: AtomicU64::new(0),
            is_down: AtomicBool::new(false),
            stored: AtomicU64::new(0),
            calls: AtomicU64::new(0),
        };
        sky.turn(Some(latency));
        Arc::new(sky)
    }

    /// From now on a call takes so long; `None`: it fails after a millisecond. A call that has begun takes as
    /// long as it was to take, and fails if the store is down at its end.
    pub(crate) fn turn(&self, latency: Option<Duration>) {
        let micros = latency.unwrap_or(Duration::from_millis(1)).as_micros();
        self.micros.store(u64::try_from(micros).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.is_down.store(latency.is_none(), Ordering::Relaxed);
    }

    /// How many writes it has taken, and how many calls.
    pub(crate) fn done(&self) -> (u64, u64) {
        (self.stored.load(Ordering::Relaxed), self.calls.load(Ordering::Relaxed))
    }

    fn take_time(&self) -> Result<()> {
        pause_for(Duration::from_micros(self.micros.load(Ordering::Relaxed)));
        if self.is_down.load(Ordering::Relaxed) {
            return Err(Error::unavailable("the store is down"));
        }
        Ok(())
    }
}

/// The store, for a cache.
#[derive(Debug)]
pub(crate) struct SlowStore(pub(crate) Arc<Sky>);

impl BlockingStore<u64, Value> for SlowStore {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.concurrency = CALLS;
        capabilities.batch_ops_max = WRITES;
        capabilities
    }

    fn load(&self, keys: &[u64]) -> Result<Vec<Option<Value>>> {
        self.0.take_time()?;
        Ok(vec![None; keys.len()])
    }

    fn apply(&self, batch: &Batch<u64, Value>) -> Result<Vec<Outcome>> {
        self.0.take_time()?;
        self.0.stored.fetch_add(batch.ops.len() as u64, Ordering::Relaxed);
        self.0.calls.fetch_add(1, Ordering::Relaxed);
        Ok(vec![Outcome::Stored; batch.ops.len()])
    }
}
