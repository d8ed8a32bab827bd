//! What is counted at every call: hits, misses, puts. Exact, and without a locked instruction for most.

use forebay_store::sync::atomic::{AtomicU64, Ordering};

use super::lease::{SHARED, STRIPES, stripe};

/// The counts of a cache, in stripes that the threads lease.
#[derive(Debug)]
pub(crate) struct Tally(Box<[Stripe; STRIPES]>);

/// What one thread counts, apart from its neighbours in the processor's cache.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Stripe {
    hits: Number,
    misses: Number,
    puts: Number,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(super) struct Number(AtomicU64);

/// All of a cache since it was opened. Each only grows; together they are not of one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) puts: u64,
}

impl Number {
    /// Adds one where nobody else writes: load and store stand side by side, with no foreign code between.
    #[inline]
    pub(super) fn add_alone(&self) {
        self.0.store(self.0.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    #[inline]
    fn add(&self, stripe: usize) {
        if stripe == SHARED {
            self.0.fetch_add(1, Ordering::Relaxed);
        } else {
            self.add_alone();
        }
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Tally {
    #[inline]
    pub(crate) fn hit(&self) {
        let stripe = stripe();
        self.0[stripe].hits.add(stripe);
    }

    #[inline]
    pub(crate) fn miss(&self) {
        let stripe = stripe();
        self.0[stripe].misses.add(stripe);
    }

    #[inline]
    pub(crate) fn put(&self) {
        let stripe = stripe();
        self.0[stripe].puts.add(stripe);
    }

    pub(crate) fn counted(&self) -> Counted {
        self.0.iter().fold(Counted::default(), |sum, stripe| Counted {
            hits: sum.hits + stripe.hits.get(),
            misses: sum.misses + stripe.misses.get(),
            puts: sum.puts + stripe.puts.get(),
        })
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self(Box::new(std::array::from_fn(|_| Stripe::default())))
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::{Counted, Tally};
    use crate::engine::lease::STRIPES;
    use std::sync::Barrier;
    use std::thread;

    #[test]
    fn what_more_threads_than_stripes_count_is_counted_once_each() {
        const EACH: u64 = 50_000;
        let (tally, start) = (Tally::default(), Barrier::new(STRIPES + 8));
        thread::scope(|scope| {
            for _ in 0..STRIPES + 8 {
                scope.spawn(|| {
                    start.wait();
                    for _ in 0..EACH {
                        tally.hit();
                        tally.put();
                    }
                    tally.miss();
                });
            }
        });
        let threads = STRIPES as u64 + 8;
        let all = EACH * threads;
        assert_eq!(tally.counted(), Counted { hits: all, misses: threads, puts: all });
    }
}
