//! Places in which readers note what they read.

use std::sync::Arc;

use forebay_store::sync::atomic::{AtomicUsize, Ordering};

use crate::patience::Patience;

/// Some seats, for the readers of some locks. All clones are the same seats.
///
/// A reader takes a seat for as long as it reads. Each thread does best to have one of its own; a reader whose seat is taken
/// does without.
#[derive(Clone, Debug, Default)]
pub struct Seats(Arc<[Seat; Seats::COUNT]>);

/// Apart from its neighbours in the processor's cache. It has the address of the lock that is read from it.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Seat(AtomicUsize);

/// As they all are at first.
const FREE: usize = 0;

impl Seats {
    /// How many there are. A writer looks at all of them, if a reader may have one.
    pub const COUNT: usize = if cfg!(shuttle) { 2 } else { 31 };

    /// Whether these are the same.
    #[inline]
    pub(crate) fn are(&self, others: &Self) -> bool {
        Arc::ptr_eq(&self.0, &others.0)
    }

    #[inline]
    pub(crate) fn get(&self, n: usize) -> Option<&Seat> {
        self.0.get(n)
    }

    /// Waits for each reader that has this lock's address in its seat.
    #[cold]
    pub(crate) fn await_leaving(&self, lock: usize) {
        for seat in &*self.0 {
            let mut patience = Patience::ahead();
            // A write that changes nothing: a reader that takes the seat later acquires what was written before this.
            while seat.0.fetch_or(FREE, Ordering::SeqCst) == lock {
                patience.wait();
            }
        }
    }
}

impl Seat {
    /// Notes the address of a lock, unless the seat is taken.
    #[inline]
    pub(crate) fn take(&self, lock: usize) -> bool {
        let (success, failure) = (Ordering::SeqCst, Ordering::Relaxed);
        self.0.compare_exchange(FREE, lock, success, failure).is_ok()
    }

    /// The reader that took it leaves it.
    #[inline]
    pub(crate) fn leave(&self) {
        self.0.store(FREE, Ordering::Release);
    }
}
