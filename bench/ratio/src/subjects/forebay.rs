//! Forebay's cache, over a store that has every key.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use forebay_cache::{ByteSize, Cache};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{BackingStore, Batch, Capabilities, Done, Outcome, Result};

use super::subject::Subject;

pub(crate) struct Forebay {
    cache: Cache<u64, u64>,
    loads: Arc<AtomicU64>,
}

/// Has every key, and counts how many were asked of it.
#[derive(Debug, Default)]
struct Whole {
    loads: Arc<AtomicU64>,
}

impl BackingStore<u64, u64> for Whole {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn load(&self, keys: Arc<[u64]>, done: Done<Vec<Option<u64>>>) {
        self.loads.fetch_add(keys.len() as u64, Ordering::Relaxed);
        done.complete(Ok(keys.iter().copied().map(Some).collect()));
    }

    fn apply(&self, batch: Arc<Batch<u64, u64>>, done: Done<Vec<Outcome>>) {
        done.complete(Ok(vec![Outcome::Stored; batch.ops.len()]));
    }
}

impl Forebay {
    pub(crate) fn open(entries: usize, seed: u64) -> Result<Self> {
        let (one, _) = Self::with_room(ByteSize::kib(64), seed)?;
        one.get(&1).wait()?;
        let bytes = ByteSize::bytes(one.stats().resident_bytes * entries as u64);
        let (cache, loads) = Self::with_room(bytes, seed)?;
        Ok(Self { cache, loads })
    }

    fn with_room(room: ByteSize, seed: u64) -> Result<(Cache<u64, u64>, Arc<AtomicU64>)> {
        let store = Whole::default();
        let loads = Arc::clone(&store.loads);
        let seams = ManualClock::new().seams(seed);
        let cache = Cache::builder(store).capacity(room).seams(seams).open().wait()?;
        Ok((cache, loads))
    }
}

impl Subject for Forebay {
    fn ask(&mut self, keys: &[u64]) -> Result<u64> {
        let before = self.loads.load(Ordering::Relaxed);
        for key in keys {
            self.cache.get(key).wait()?;
        }
        let missed = self.loads.load(Ordering::Relaxed) - before;
        Ok(keys.len() as u64 - missed)
    }

    fn len(&self) -> usize {
        self.cache.len()
    }
}
