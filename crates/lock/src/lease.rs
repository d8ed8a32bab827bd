//! Numbers that threads lease: a thread has one for its life, and nobody else has it meanwhile.
//!
//! One number a thread, for all locks of the process. It is that of the thread's seat, and of whatever else the thread
//! writes alone. There are few, so a thread may find none left; it then shares the last one with all that found none.

#[cfg(not(shuttle))]
use std::cell::Cell;

#[cfg(any(test, not(shuttle)))]
use forebay_store::sync::atomic::{AtomicU32, Ordering};

/// How many numbers there are, the shared one included.
pub const NUMBERS: usize = 32;
/// The one that nobody leases.
pub const SHARED: usize = NUMBERS - 1;

/// Which numbers are leased: a bit each.
#[cfg(any(test, not(shuttle)))]
#[derive(Debug)]
struct Leases(AtomicU32);

#[cfg(any(test, not(shuttle)))]
impl Leases {
    #[cfg(not(shuttle))]
    const fn none() -> Self {
        Self(AtomicU32::new(0))
    }

    /// A number that nobody has. The thread that had it before has written what it writes by this number: giving it back
    /// comes before this, so that is seen.
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

    fn give_back(&self, number: usize) {
        self.0.fetch_and(!(1 << number), Ordering::Release);
    }
}

#[cfg(not(shuttle))]
static LEASES: Leases = Leases::none();

#[cfg(not(shuttle))]
const UNASKED: usize = usize::MAX;

#[cfg(not(shuttle))]
thread_local! {
    /// The number of this thread. It needs no drop, so it is there until the thread is gone.
    static NUMBER: Cell<usize> = const { Cell::new(UNASKED) };
    static LEASE: Lease = const { Lease(Cell::new(None)) };
}

/// Gives the number back when the thread ends.
#[cfg(not(shuttle))]
struct Lease(Cell<Option<(&'static Leases, usize)>>);

#[cfg(not(shuttle))]
impl Drop for Lease {
    fn drop(&mut self) {
        // First: whatever else of this thread is dropped later may count, too.
        NUMBER.set(SHARED);
        if let Some((leases, number)) = self.0.take() {
            leases.give_back(number);
        }
    }
}

/// The number that this thread has leased and has alone, or else one that is not below [`SHARED`].
#[cfg(not(shuttle))]
#[inline]
pub fn leased() -> usize {
    NUMBER.get()
}

/// The seat from which this thread reads: that of the number that it has leased, if it has one.
#[cfg(not(shuttle))]
#[inline]
pub(crate) fn seat() -> usize {
    leased()
}

/// The number of this thread, which is leased now if it was not before. Nobody else has it unless it is the shared one.
#[cfg(not(shuttle))]
#[inline]
pub fn lease() -> usize {
    match NUMBER.get() {
        UNASKED => take_lease(&LEASES),
        number => number,
    }
}

/// The number of this thread in its schedule, so that a schedule that is replayed is the same run.
#[cfg(shuttle)]
fn task() -> usize {
    shuttle::current::try_get_current_task().map_or(0, usize::from)
}

/// The seat from which this thread reads. Another thread may have the same, and then takes none.
#[cfg(shuttle)]
pub(crate) fn seat() -> usize {
    task() % crate::Seats::COUNT
}

/// Under the schedule explorer threads are not what they seem, and statics outlive a schedule: none leases a number. But
/// they have different pockets.
#[cfg(shuttle)]
pub fn leased() -> usize {
    SHARED + task()
}

/// As of a thread that found none left.
#[cfg(shuttle)]
pub fn lease() -> usize {
    SHARED
}

#[cfg(not(shuttle))]
#[cold]
fn take_lease(leases: &'static Leases) -> usize {
    let taken = LEASE.try_with(|lease| {
        lease.0.set(leases.take().map(|number| (leases, number)));
        lease.0.get()
    });
    let number = taken.ok().flatten().map_or(SHARED, |(_, number)| number);
    NUMBER.set(number);
    number
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::{Leases, SHARED, lease, take_lease};
    use std::thread;

    #[test]
    fn nobody_leases_the_shared_number_and_what_is_given_back_is_leased_again() {
        let leases = Leases::none();
        let taken: Vec<usize> = std::iter::from_fn(|| leases.take()).collect();
        assert_eq!(taken, (0..SHARED).collect::<Vec<_>>());
        leases.give_back(7);
        assert_eq!((leases.take(), leases.take()), (Some(7), None));
    }

    #[test]
    fn a_thread_that_ends_leaves_its_number() {
        // Those of the process are leased by whatever test runs beside this one.
        static OWN: Leases = Leases::none();
        // Those that end one by one never run out of them.
        for _ in 0..SHARED * 3 {
            let ended = thread::scope(|scope| scope.spawn(|| (take_lease(&OWN), lease())).join());
            assert_eq!(ended.unwrap(), (0, 0));
        }
    }
}

#[cfg(all(test, shuttle))]
mod schedules {
    use std::sync::Arc;

    use forebay_store::sync::atomic::{AtomicU32, AtomicU64, Ordering};

    use super::Leases;

    /// Threads come and go, and each adds to the place of the number that it leases as if it were alone.
    #[test]
    fn a_place_that_goes_from_thread_to_thread_loses_nothing() {
        let run = || {
            let places = [AtomicU64::new(0), AtomicU64::new(0)];
            let shared = Arc::new((Leases(AtomicU32::new(0)), places));
            let add = |shared: Arc<(Leases, [AtomicU64; 2])>| {
                for _ in 0..2 {
                    let number = shared.0.take().unwrap();
                    // Two threads at most are at this, so they have the first two.
                    let place = &shared.1[number];
                    place.store(place.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
                    shared.0.give_back(number);
                }
            };
            let other = Arc::clone(&shared);
            let thread = shuttle::thread::spawn(move || add(other));
            add(Arc::clone(&shared));
            thread.join().unwrap();
            let [one, other] = shared.1.each_ref().map(|place| place.load(Ordering::Relaxed));
            assert_eq!(one + other, 4);
        };
        shuttle::check_random(run, 3000);
    }
}
