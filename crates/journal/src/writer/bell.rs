//! A bell that wakes threads without making them queue for a lock.

use forebay_store::sync::atomic::{AtomicU64, Ordering};
use forebay_store::sync::{Condvar, Mutex};

/// Wakes those who wait for what others do.
///
/// Who is woken takes no lock that anybody holds for longer than that: a whole group that is woken
/// at once would queue for it.
#[derive(Debug, Default)]
pub(super) struct Bell {
    /// How often it has rung.
    rung: AtomicU64,
    /// How many have fallen asleep since then.
    asleep: Mutex<usize>,
    woken: Condvar,
}

impl Bell {
    /// What [`wait`](Self::wait) needs. It is read under the lock under which one finds that one has
    /// to wait: the bell rings after that has changed, and then `wait` returns at once.
    pub(super) fn heard(&self) -> u64 {
        self.rung.load(Ordering::Acquire)
    }

    /// Waits until it has rung after [`heard`](Self::heard).
    pub(super) fn wait(&self, heard: u64) {
        let mut asleep = self.asleep.lock();
        while self.rung.load(Ordering::Acquire) == heard {
            *asleep += 1;
            asleep = self.woken.wait(asleep);
        }
    }

    /// Wakes all who wait.
    pub(super) fn ring(&self) {
        // Whoever has looked at the count and does not sleep yet holds the lock.
        let mut asleep = self.asleep.lock();
        self.rung.fetch_add(1, Ordering::Release);
        let has_sleepers = std::mem::take(&mut *asleep) > 0;
        drop(asleep);
        if has_sleepers {
            self.woken.notify_all();
        }
    }
}
