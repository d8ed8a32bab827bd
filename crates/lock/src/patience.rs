//! How a thread waits for another one to give a lock back.

#[cfg(not(shuttle))]
use std::time::Duration;

/// It looks again at once, then lets others run, then sleeps, longer and longer, and at most for a millisecond. A thread that keeps
/// others out while it waits never sleeps for longer than the first time.
///
/// No thread wakes it: to see whether one waits, giving a lock back would need a locked instruction. As a rule a lock is
/// held for less than a microsecond. Longer waits are for a holder that has lost its processor, or that works on much.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    looks: u32,
    keeps_others_out: bool,
}

impl Patience {
    const SPINS: u32 = 7;
    const YIELDS: u32 = Self::SPINS + 16;

    /// Of a thread that keeps others out while it waits.
    pub(crate) fn ahead() -> Self {
        Self { looks: 0, keeps_others_out: true }
    }

    #[cfg(not(shuttle))]
    #[cold]
    pub(crate) fn wait(&mut self) {
        const STEP: Duration = Duration::from_micros(50);
        const LONGEST: Duration = Duration::from_millis(1);
        let looks = self.looks;
        self.looks = looks.saturating_add(1);
        if looks < Self::SPINS {
            // Twice as long each time: a look takes the lock's line from the thread that has the lock.
            (0..1 << looks).for_each(|_| std::hint::spin_loop());
        } else if looks < Self::YIELDS {
            std::thread::yield_now();
        } else {
            #[expect(
                clippy::disallowed_methods,
                reason = "the thread that holds the lock needs no time but its own, and none wakes the one that waits"
            )]
            std::thread::sleep(if self.keeps_others_out {
                STEP
            } else {
                (STEP * (looks - Self::YIELDS + 1)).min(LONGEST)
            });
        }
    }

    #[cfg(shuttle)]
    pub(crate) fn wait(&mut self) {
        let _ = (self.looks, self.keeps_others_out, Self::YIELDS);
        shuttle::thread::yield_now();
    }
}
