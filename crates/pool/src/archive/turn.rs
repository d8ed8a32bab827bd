//! One change of an archive's snapshots at a time.

use forebay_store::sync::{Condvar, Mutex};

/// Commits, deletes and collections come one after the other.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    is_taken: Mutex<bool>,
    given: Condvar,
}

/// It is somebody's turn, until this is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'a>(&'a Turns);

impl Turns {
    /// Waits for one's turn. Who waits has nothing that another one needs.
    pub(crate) fn take(&self) -> Turn<'_> {
        let taken = self.is_taken.lock();
        *self.given.wait_while(taken, |taken| *taken) = true;
        Turn(self)
    }

    #[cfg(test)]
    pub(crate) fn is_taken(&self) -> bool {
        *self.is_taken.lock()
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.is_taken.lock() = false;
        self.0.given.notify_one();
    }
}
