//! Places in which readers note what they read.

use std::sync::Arc;

use forebay_store::sync::atomic::{AtomicUsize, Ordering};

use crate::barrier;
use crate::lease::seat;
use crate::patience::Patience;

/// Some seats, for the readers of some locks. All clones are the same seats.
///
/// A thread has a seat of its own, by the number that it has [leased](crate::leased), and takes it for as long as it reads. A
/// reader whose seat is taken, because it reads another lock already, does without, and so does one without a number.
///
/// The first ones of a process ask the system for what makes them cheap (`barrier.rs`), which may take some milliseconds.
#[derive(Clone, Debug)]
pub struct Seats(Arc<[Seat; Seats::COUNT]>);

/// Apart from its neighbours in the processor's cache. It has the address of the lock that is read from it.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Seat(AtomicUsize);

/// As they all are at first.
const FREE: usize = 0;

impl Seats {
    /// How many there are. A writer looks at all of them, if a reader may have one.
    pub(crate) const COUNT: usize = if cfg!(shuttle) { 2 } else { crate::lease::SHARED };

    /// Whether readers may take seats in this process: not on a Linux that refuses `membarrier`, where all of them are
    /// counted.
    ///
    /// ```
    /// let seats = forebay_lock::Seats::default();
    /// println!("readers take seats: {}, {seats:?}", forebay_lock::Seats::are_granted());
    /// ```
    pub fn are_granted() -> bool {
        barrier::is_granted()
    }

    /// Whether these are the same.
    #[inline]
    pub(crate) fn are(&self, others: &Self) -> bool {
        Arc::ptr_eq(&self.0, &others.0)
    }

    /// This thread's seat, which has the address of a lock from now on, and a light barrier is behind that; `None` if it is
    /// taken, or there is none.
    #[inline]
    pub(crate) fn take(&self, lock: usize) -> Option<&Seat> {
        let seat = self.0.get(seat())?;
        let is_taken = if barrier::ARE_LIGHT { seat.take_alone(lock) } else { seat.take(lock) };
        if !is_taken {
            return None;
        }
        barrier::light();
        Some(seat)
    }

    /// Waits for each reader that has this lock's address in its seat.
    #[cold]
    pub(crate) fn await_leaving(&self, lock: usize) {
        barrier::heavy();
        for seat in &*self.0 {
            let mut patience = Patience::ahead();
            // A write that changes nothing: a reader that takes the seat later acquires what was written before this.
            while seat.0.fetch_or(FREE, Ordering::AcqRel) == lock {
                patience.wait();
            }
        }
    }
}

impl Default for Seats {
    fn default() -> Self {
        barrier::prepare();
        Self(Arc::default())
    }
}

impl Seat {
    /// Notes the address of a lock, unless the seat is taken.
    #[inline]
    fn take(&self, lock: usize) -> bool {
        let (success, failure) = (Ordering::AcqRel, Ordering::Relaxed);
        self.0.compare_exchange(FREE, lock, success, failure).is_ok()
    }

    /// The same where nobody but this thread writes an address here. What was read from here before is before this for
    /// a writer that finds the address.
    #[inline]
    fn take_alone(&self, lock: usize) -> bool {
        let is_free = self.0.load(Ordering::Acquire) == FREE;
        if is_free {
            self.0.store(lock, Ordering::Release);
        }
        is_free
    }

    /// The reader that took it leaves it.
    #[inline]
    pub(crate) fn leave(&self) {
        self.0.store(FREE, Ordering::Release);
    }
}
