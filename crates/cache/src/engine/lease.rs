//! Stripes of what is counted: a thread leases one for its life, and writes it alone.
//!
//! One number a thread, for all caches of the process. There are few, so a thread may find none left; it then
//! shares the last stripe with all that found none.

#[cfg(not(shuttle))]
use std::cell::Cell;

#[cfg(any(test, not(shuttle)))]
use forebay_store::sync::atomic::{AtomicU32, Ordering};

/// How many stripes there are, the shared one included.
pub(super) const STRIPES: usize = 32;
/// The one that nobody leases.
pub(super) const SHARED: usize = STRIPES - 1;

/// Which stripes are leased: a bit each.
#[cfg(any(test, not(shuttle)))]
#[derive(Debug)]
pub(super) struct Leases(AtomicU32);

#[cfg(any(test, not(shuttle)))]
impl Leases {
    #[cfg(not(shuttle))]
    const fn none() -> Self {
        Self(AtomicU32::new(0))
    }

    /// A stripe that nobody has. Whoever had it before has written all that he will: giving it back comes
    /// before this, so what he wrote last is seen.
    fn take(&self) -> Option<usize> {
        let mut leased = self.0.load(Ordering::Relaxed);
        loop {
            let free = leased.trailing_ones();
            if free as usize >= SHARED {
                return None;
            }
            let taken = leased | 1 << free;
            let order = (Ordering::Acquire, Ordering::Relaxed);
            match self.0.compare_exchange_weak(leased, taken, order.0, order.1) {
                Ok(_) => return Some(free as usize),
                Err(now) => leased = now,
            }
        }
    }

    fn give_back(&self, stripe: usize) {
        self.0.fetch_and(!(1 << stripe), Ordering::Release);
    }
}

#[cfg(not(shuttle))]
static LEASES: Leases = Leases::none();

#[cfg(not(shuttle))]
const UNASKED: usize = usize::MAX;

#[cfg(not(shuttle))]
thread_local! {
    /// The stripe of this thread. It needs no drop, so it is there until the thread is gone.
    static STRIPE: Cell<usize> = const { Cell::new(UNASKED) };
    static LEASE: Lease = const { Lease(Cell::new(None)) };
}

/// Gives the stripe back when the thread ends.
#[cfg(not(shuttle))]
struct Lease(Cell<Option<(&'static Leases, usize)>>);

#[cfg(not(shuttle))]
impl Drop for Lease {
    fn drop(&mut self) {
        // First: whatever else of this thread is dropped later may count, too.
        STRIPE.set(SHARED);
        if let Some((leases, stripe)) = self.0.take() {
            leases.give_back(stripe);
        }
    }
}

/// The stripe that this thread has leased and writes alone, or else a number that is not below [`SHARED`].
#[cfg(not(shuttle))]
#[inline]
pub(super) fn leased() -> usize {
    STRIPE.get()
}

/// The seat from which this thread reads: as its stripe, if it has leased one.
#[cfg(not(shuttle))]
#[inline]
pub(super) fn seat() -> usize {
    leased()
}

/// The stripe that this thread counts in. Nobody else writes it unless it is the shared one.
#[cfg(not(shuttle))]
pub(super) fn stripe() -> usize {
    match STRIPE.get() {
        UNASKED => lease(&LEASES),
        stripe => stripe,
    }
}

/// The number of this thread in its schedule, so that a schedule that is replayed is the same run.
#[cfg(shuttle)]
fn task() -> usize {
    shuttle::current::try_get_current_task().map_or(0, usize::from)
}

/// The seat from which this thread reads. Another thread may have the same, and then takes none.
#[cfg(shuttle)]
pub(super) fn seat() -> usize {
    task() % forebay_lock::Seats::COUNT
}

/// Under the schedule explorer threads are not what they seem, and statics outlive a schedule: none leases a stripe. But
/// they have different pockets.
#[cfg(shuttle)]
pub(super) fn leased() -> usize {
    SHARED + task()
}

#[cfg(shuttle)]
pub(super) fn stripe() -> usize {
    SHARED
}

#[cfg(not(shuttle))]
#[cold]
fn lease(leases: &'static Leases) -> usize {
    let taken = LEASE.try_with(|lease| {
        lease.0.set(leases.take().map(|stripe| (leases, stripe)));
        lease.0.get()
    });
    let stripe = taken.ok().flatten().map_or(SHARED, |(_, stripe)| stripe);
    STRIPE.set(stripe);
    stripe
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::{Leases, SHARED, lease, stripe};
    use std::thread;

    #[test]
    fn nobody_leases_the_shared_stripe_and_what_is_given_back_is_leased_again() {
        let leases = Leases::none();
        let taken: Vec<usize> = std::iter::from_fn(|| leases.take()).collect();
        assert_eq!(taken, (0..SHARED).collect::<Vec<_>>());
        leases.give_back(7);
        assert_eq!((leases.take(), leases.take()), (Some(7), None));
    }

    #[test]
    fn a_thread_that_ends_leaves_its_stripe() {
        // Those of the process are leased by whatever test runs beside this one.
        static OWN: Leases = Leases::none();
        // Those that end one by one never run out of them.
        for _ in 0..SHARED * 3 {
            let ended = thread::scope(|scope| scope.spawn(|| (lease(&OWN), stripe())).join());
            assert_eq!(ended.unwrap(), (0, 0));
        }
    }
}

#[cfg(all(test, shuttle))]
mod schedules {
    use std::sync::Arc;

    use forebay_store::sync::atomic::AtomicU32;

    use super::Leases;
    use crate::engine::telling::tally::Number;

    /// Threads come and go, and each counts in the stripe that it leases as if it were alone.
    #[test]
    fn a_stripe_that_goes_from_thread_to_thread_loses_no_count() {
        let run = || {
            let shared =
                Arc::new((Leases(AtomicU32::new(0)), [Number::default(), Number::default()]));
            let count = |shared: Arc<(Leases, [Number; 2])>| {
                for _ in 0..2 {
                    let stripe = shared.0.take().unwrap();
                    // Two threads at most are at this, so they have the first two.
                    shared.1[stripe].add_alone(1);
                    shared.0.give_back(stripe);
                }
            };
            let other = Arc::clone(&shared);
            let thread = shuttle::thread::spawn(move || count(other));
            count(Arc::clone(&shared));
            thread.join().unwrap();
            assert_eq!(shared.1[0].get() + shared.1[1].get(), 4);
        };
        shuttle::check_random(run, 3000);
    }
}
