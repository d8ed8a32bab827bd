//! The turn: one transaction's closure at a time.

#[cfg(all(test, shuttle))]
mod schedules;

use std::ops::{Deref, DerefMut};

use forebay_store::sync::atomic::{AtomicUsize, Ordering};
use forebay_store::sync::{Condvar, Mutex, MutexGuard, thread_local};
use forebay_store::{Error, Result};

use super::door::Door;

thread_local! {
    /// Its address tells this thread from all others that live.
    static MARK: u8 = const { 0 };
}

/// How often a thread looks at once whether the turn is given back.
const QUICK_LOOKS: u32 = if cfg!(shuttle) { 0 } else { 32 };

/// How often one that approaches then looks once more, with a yield after each look.
const PATIENT_LOOKS: u32 = if cfg!(shuttle) { 0 } else { 16 };

/// No thread has the turn.
const NOBODY: usize = 0;

/// A lock that notices a thread which asks for it again instead of waiting for itself.
pub(crate) struct Turn<D> {
    /// Nobody ever waits for this lock: who finds it locked waits at the door.
    desk: Mutex<D>,
    door: Door,
    holder: AtomicUsize,
    /// How often somebody has given up what others wait for.
    calls: Mutex<u64>,
    given_up: Condvar,
}

impl<D> Turn<D> {
    pub(crate) fn new(desk: D) -> Self {
        let (desk, holder) = (Mutex::new(desk), AtomicUsize::new(NOBODY));
        let (door, calls, given_up) = (Door::default(), Mutex::default(), Condvar::new());
        Self { desk, door, holder, calls, given_up }
    }

    /// Waits for the turn. A thread that has it gets an error.
    pub(crate) fn take(&self) -> Result<Held<'_, D>> {
        self.take_when(|_| true)
    }

    /// The same, once the desk is like this; whoever makes it so [calls](Self::call).
    pub(crate) fn take_when(&self, is_free: impl Fn(&D) -> bool) -> Result<Held<'_, D>> {
        let thread = this_thread();
        // Only this thread can have written its own mark, so nothing else needs to be ordered.
        if thread != NOBODY && self.holder.load(Ordering::Relaxed) == thread {
            return Err(Error::invalid("a write inside a write of the same state"));
        }
        loop {
            let desk = self.desk.try_lock();
            let desk = desk.unwrap_or_else(|| self.door.wait(|| self.desk.try_lock()));
            let held = self.held(desk, thread);
            if is_free(&held) {
                return Ok(held);
            }
            self.wait_for_call(held);
        }
    }

    /// Waits a little for the turn to be given back, without asking for it. It is for a thread that sleeps soon
    /// after its turn, for a sync, as the one that has the turn does: to sleep before it costs as much again.
    /// With more threads than processors the one that has the turn may need this one's, so in the end it
    /// gets it.
    pub(crate) fn approach(&self) {
        // Who has the turn himself would look for ever.
        let is_back = self.look(QUICK_LOOKS, std::hint::spin_loop);
        if !is_back && self.holder.load(Ordering::Relaxed) != this_thread() {
            self.look(PATIENT_LOOKS, std::thread::yield_now);
        }
    }

    /// The quick looks alone, for a thread that others wait for.
    pub(crate) fn glance(&self) {
        self.look(QUICK_LOOKS, std::hint::spin_loop);
    }

    /// Looks so many times whether the turn is given back.
    fn look(&self, times: u32, between: impl Fn()) -> bool {
        for _ in 0..times {
            if self.holder.load(Ordering::Relaxed) == NOBODY {
                return true;
            }
            between();
        }
        false
    }

    /// Takes the turn if nobody has it.
    pub(crate) fn try_take(&self) -> Option<Held<'_, D>> {
        Some(self.held(self.desk.try_lock()?, this_thread()))
    }

    fn held<'a>(&'a self, desk: MutexGuard<'a, D>, thread: usize) -> Held<'a, D> {
        self.holder.store(thread, Ordering::Relaxed);
        Held { holder: &self.holder, desk, _left: Left(&self.door) }
    }

    /// Calls those who wait for the desk to be otherwise.
    pub(crate) fn call(&self) {
        *self.calls.lock() += 1;
        self.given_up.notify_all();
    }

    /// Gives the turn back until somebody calls.
    #[cold]
    fn wait_for_call(&self, held: Held<'_, D>) {
        // Whoever makes the desk otherwise needs the turn for it, and calls later than this is read.
        let heard = *self.calls.lock();
        drop(held);
        let calls = self.calls.lock();
        drop(self.given_up.wait_while(calls, |calls| *calls == heard));
    }
}

/// The turn, for as long as it is held.
pub(crate) struct Held<'a, D> {
    holder: &'a AtomicUsize,
    // It is given back before the door is told: fields are dropped in their order.
    desk: MutexGuard<'a, D>,
    _left: Left<'a>,
}

/// Tells the door.
struct Left<'a>(&'a Door);

impl Drop for Left<'_> {
    fn drop(&mut self) {
        self.0.left();
    }
}

impl<D> Deref for Held<'_, D> {
    type Target = D;

    fn deref(&self) -> &D {
        &self.desk
    }
}

impl<D> DerefMut for Held<'_, D> {
    fn deref_mut(&mut self) -> &mut D {
        &mut self.desk
    }
}

impl<D> Drop for Held<'_, D> {
    fn drop(&mut self) {
        // Before the lock is given back, or the next holder's mark would be wiped out.
        self.holder.store(NOBODY, Ordering::Relaxed);
    }
}

/// A number that no other living thread has; `NOBODY` where the thread is about to end.
#[inline]
fn this_thread() -> usize {
    MARK.try_with(|mark| std::ptr::from_ref(mark).addr()).unwrap_or(NOBODY)
}
