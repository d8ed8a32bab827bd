//! What is counted, without a lock.

use forebay_store::sync::atomic::{AtomicU64, Ordering};

use crate::histogram::Counting;

macro_rules! counters {
    ($($name:ident),* $(,)?) => {
        /// Events since the cache was opened.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: Counter,)*
            pub(crate) batch_writes: Counting,
            pub(crate) batch_micros: Counting,
            pub(crate) wait_micros: Counting,
        }
    };
}

counters! {
    loads, load_failures, loads_refused, fills_fenced, deletes, stored,
    refused, retried, unknown, flights, waits, busy, restored, refreshes, stale,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    #[inline]
    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
