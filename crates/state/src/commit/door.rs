//! The door: where threads sleep until somebody gives back what all of them want.
//!
//! One sleeper at a time is *called*. Until he is there nobody else is, and whoever is awake and wants it
//! takes it: to wake one for each time that it is given back would have most of them find it taken again,
//! and costs more than what they came for.
//!
//! | somebody sleeps, and | who sees to it that one is called |
//! |---|---|
//! | one is on his way | he: he takes it, or watches the door and sleeps again |
//! | the door is watched | whoever gives it back next |
//!
//! Who was called and finds it taken sleeps in front of all others, so he is the next to be called.
//!
//! There is no third case. Who finds it taken watches the door *before* he looks for the last time, and who
//! gives it back looks *afterwards* whether the door is watched; both change the same word, so one of the two
//! sees the other. Who takes it while others sleep leaves the door watched, and so calls the next.

#[cfg(all(test, shuttle))]
mod schedules;

use forebay_store::sync::atomic::{AtomicBool, Ordering};
use forebay_store::sync::{Condvar, Mutex, MutexGuard};

/// Where threads sleep.
#[derive(Debug, Default)]
pub(super) struct Door {
    /// Whoever gives it back has to call somebody.
    is_watched: AtomicBool,
    hall: Mutex<Hall>,
    called: Condvar,
    called_again: Condvar,
}

#[derive(Debug, Default)]
struct Hall {
    /// Those who sleep, and who is on his way.
    asleep: usize,
    /// Those of them who were called before.
    in_front: usize,
    /// One was called, and is not there yet.
    is_called: bool,
}

impl Door {
    /// What `take` takes, as soon as it is there to be taken. Who has it says so with [`left`](Self::left)
    /// when he has given it back.
    #[cold]
    pub(super) fn wait<G>(&self, take: impl Fn() -> Option<G>) -> G {
        let (mut hall, mut is_first) = (self.hall.lock(), false);
        loop {
            if !hall.is_called {
                self.is_watched.swap(true, Ordering::AcqRel);
                if let Some(taken) = take() {
                    // It is not given back before this, so nobody reads it meanwhile.
                    self.is_watched.store(hall.asleep > 0, Ordering::Release);
                    return taken;
                }
            }
            hall = self.sleep(hall, is_first);
            is_first = true;
        }
    }

    fn sleep<'a>(&self, mut hall: MutexGuard<'a, Hall>, is_first: bool) -> MutexGuard<'a, Hall> {
        let called = if is_first { &self.called_again } else { &self.called };
        hall.asleep += 1;
        hall.in_front += usize::from(is_first);
        hall = called.wait(hall);
        hall.asleep -= 1;
        hall.in_front -= usize::from(is_first);
        hall.is_called = false;
        hall
    }

    /// Somebody has given it back.
    #[inline]
    pub(super) fn left(&self) {
        // Not a mere load: that could come before it was given back.
        if self.is_watched.fetch_and(true, Ordering::AcqRel) {
            self.call();
        }
    }

    #[cold]
    fn call(&self) {
        let mut hall = self.hall.lock();
        if hall.asleep > 0 && !hall.is_called {
            hall.is_called = true;
            self.is_watched.store(false, Ordering::Release);
            let called = if hall.in_front > 0 { &self.called_again } else { &self.called };
            drop(hall);
            called.notify_one();
        }
    }
}
