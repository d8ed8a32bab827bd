//! What is counted at every call: hits, misses, puts. Exact, and without a locked instruction for most.

use std::sync::Arc;

use forebay_lock::{NUMBERS, SHARED, lease, leased};
use forebay_store::sync::atomic::{AtomicU64, Ordering};

/// The counts of a cache, in stripes that the threads lease. All clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Tally(Arc<[Stripe; NUMBERS]>);

/// What one thread counts, apart from its neighbours in the processor's cache.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Stripe {
    hits: Number,
    misses: Number,
    puts: Number,
    fills: Number,
    evictions: Number,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(in crate::engine) struct Number(AtomicU64);

/// All of a cache since it was opened. Each only grows; together they are not of one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) puts: u64,
    pub(crate) fills: u64,
    pub(crate) evictions: u64,
}

impl Number {
    /// Adds where nobody else writes: load and store stand side by side, with no foreign code between.
    #[inline]
    pub(in crate::engine) fn add_alone(&self, more: u64) {
        self.0.store(self.0.load(Ordering::Relaxed) + more, Ordering::Relaxed);
    }

    pub(in crate::engine) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Tally {
    /// The thread has leased this stripe, as far as the caller knows.
    #[inline]
    pub(in crate::engine) fn hit(&self, leased: usize) {
        self.add_in(leased, |stripe| &stripe.hits, 1);
    }

    #[inline]
    pub(crate) fn miss(&self) {
        self.add(|stripe| &stripe.misses, 1);
    }

    #[inline]
    pub(crate) fn put(&self) {
        self.add(|stripe| &stripe.puts, 1);
    }

    /// A key that was missing is held in memory now.
    #[inline]
    pub(crate) fn fill(&self) {
        self.add(|stripe| &stripe.fills, 1);
    }

    /// So many have left memory.
    #[inline]
    pub(crate) fn evict(&self, evicted: u64) {
        self.add(|stripe| &stripe.evictions, evicted);
    }

    #[inline]
    fn add(&self, number: impl Fn(&Stripe) -> &Number, more: u64) {
        self.add_in(leased(), number, more);
    }

    #[inline]
    fn add_in(&self, leased: usize, number: impl Fn(&Stripe) -> &Number, more: u64) {
        match self.0[..SHARED].get(leased) {
            Some(own) => number(own).add_alone(more),
            None => self.add_anew(number, more),
        }
    }

    /// The same of a thread that has not leased a stripe yet, or found none.
    #[cold]
    fn add_anew(&self, number: impl Fn(&Stripe) -> &Number, more: u64) {
        let stripe = lease();
        let number = number(&self.0[stripe]);
        if stripe == SHARED {
            number.0.fetch_add(more, Ordering::Relaxed);
        } else {
            number.add_alone(more);
        }
    }

    pub(crate) fn counted(&self) -> Counted {
        self.0.iter().fold(Counted::default(), |sum, stripe| Counted {
            hits: sum.hits + stripe.hits.get(),
            misses: sum.misses + stripe.misses.get(),
            puts: sum.puts + stripe.puts.get(),
            fills: sum.fills + stripe.fills.get(),
            evictions: sum.evictions + stripe.evictions.get(),
        })
    }
}

impl Default for Tally {
    fn default() -> Self {
        // Where they stay, one by one: together they are much for a small stack.
        let stripes: Arc<[Stripe]> = (0..NUMBERS).map(|_| Stripe::default()).collect();
        Self(stripes.try_into().expect("so many were made"))
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::{Counted, Tally};
    use forebay_lock::{NUMBERS, leased};
    use std::sync::Barrier;
    use std::thread;

    #[test]
    fn what_more_threads_than_stripes_count_is_counted_once_each() {
        const EACH: u64 = 50_000;
        let (tally, start) = (Tally::default(), Barrier::new(NUMBERS + 8));
        thread::scope(|scope| {
            for _ in 0..NUMBERS + 8 {
                scope.spawn(|| {
                    start.wait();
                    for _ in 0..EACH {
                        tally.hit(leased());
                        tally.put();
                    }
                    tally.miss();
                });
            }
        });
        let threads = NUMBERS as u64 + 8;
        let all = EACH * threads;
        assert_eq!(
            tally.counted(),
            Counted { hits: all, misses: threads, puts: all, ..Counted::default() }
        );
    }
}
