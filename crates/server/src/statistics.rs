//! What is counted since the start, or since somebody asked to count from zero.

use std::sync::atomic::{AtomicU64, Ordering};

use forebay::Stats;
use forebay_store::sync::Mutex;

/// The counters of the server.
#[derive(Debug, Default)]
pub(crate) struct Statistics {
    pub(crate) connections: AtomicU64,
    pub(crate) commands: AtomicU64,
    pub(crate) rejected: AtomicU64,
    pub(crate) tls_failures: AtomicU64,
    pub(crate) swept: AtomicU64,
    /// What the cache had counted when everything was set to zero.
    base: Mutex<Option<Stats>>,
}

/// The counters at one moment.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) connections: u64,
    pub(crate) commands: u64,
    pub(crate) rejected: u64,
    pub(crate) tls_failures: u64,
    pub(crate) swept: u64,
    pub(crate) cache: Stats,
}

impl Statistics {
    /// Everything, with what the cache has counted by now.
    pub(crate) fn counted(&self, mut cache: Stats) -> Counted {
        if let Some(base) = &*self.base.lock() {
            subtract(&mut cache, base);
        }
        Counted {
            connections: self.connections.load(Ordering::Relaxed),
            commands: self.commands.load(Ordering::Relaxed),
            rejected: self.rejected.load(Ordering::Relaxed),
            tls_failures: self.tls_failures.load(Ordering::Relaxed),
            swept: self.swept.load(Ordering::Relaxed),
            cache,
        }
    }

    /// Counts from zero, given what the cache has counted by now.
    pub(crate) fn reset(&self, cache: &Stats) {
        let tls = &self.tls_failures;
        for counter in [&self.connections, &self.commands, &self.rejected, tls, &self.swept] {
            counter.store(0, Ordering::Relaxed);
        }
        *self.base.lock() = Some(*cache);
    }
}

/// Only what counts up; what shows a state stays.
fn subtract(now: &mut Stats, base: &Stats) {
    let pairs = [
        (&mut now.hits, base.hits),
        (&mut now.misses, base.misses),
        (&mut now.loads, base.loads),
        (&mut now.load_failures, base.load_failures),
        (&mut now.loads_refused, base.loads_refused),
        (&mut now.puts, base.puts),
        (&mut now.deletes, base.deletes),
        (&mut now.coalesced, base.coalesced),
        (&mut now.stored, base.stored),
        (&mut now.refused, base.refused),
        (&mut now.retried, base.retried),
        (&mut now.unknown, base.unknown),
        (&mut now.evictions, base.evictions),
        (&mut now.flushes, base.flushes),
        (&mut now.waits, base.waits),
        (&mut now.busy, base.busy),
    ];
    for (now, base) in pairs {
        *now = now.saturating_sub(base);
    }
}
