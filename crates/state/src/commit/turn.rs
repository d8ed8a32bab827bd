//! The turn: one transaction's closure at a time.

use std::ops::{Deref, DerefMut};

use forebay_store::sync::atomic::{AtomicUsize, Ordering};
use forebay_store::sync::{Condvar, Mutex, MutexGuard, thread_local};
use forebay_store::{Error, Result};

thread_local! {
    /// Its address tells this thread from all others that live.
    static MARK: u8 = const { 0 };
}

/// No thread has the turn.
const NOBODY: usize = 0;

/// A lock that notices a thread which asks for it again instead of waiting for itself.
pub(crate) struct Turn<D> {
    desk: Mutex<D>,
    holder: AtomicUsize,
    /// Somebody gives up what others wait for.
    given_up: Condvar,
}

impl<D> Turn<D> {
    pub(crate) fn new(desk: D) -> Self {
        let (desk, holder) = (Mutex::new(desk), AtomicUsize::new(NOBODY));
        Self { desk, holder, given_up: Condvar::new() }
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
        let mut desk = self.desk.lock();
        while !is_free(&desk) {
            desk = self.given_up.wait(desk);
        }
        self.holder.store(thread, Ordering::Relaxed);
        Ok(Held { desk, holder: &self.holder })
    }

    /// Takes the turn if nobody has it.
    pub(crate) fn try_take(&self) -> Option<Held<'_, D>> {
        let desk = self.desk.try_lock()?;
        self.holder.store(this_thread(), Ordering::Relaxed);
        Some(Held { desk, holder: &self.holder })
    }

    /// Calls those who wait for the desk to be otherwise.
    pub(crate) fn call(&self) {
        self.given_up.notify_all();
    }
}

/// The turn, for as long as it is held.
pub(crate) struct Held<'a, D> {
    desk: MutexGuard<'a, D>,
    holder: &'a AtomicUsize,
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
