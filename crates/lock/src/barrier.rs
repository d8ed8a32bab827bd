//! Two barriers that work together: one that costs next to nothing, and one that makes up for it.
//!
//! Two threads that each write a place and then read the other's must not both miss what the other wrote. As a rule each
//! needs a full barrier between its write and its read. Here the thread that comes often has a [`light`] one, which only
//! keeps the compiler from exchanging the two; the one that comes seldom has a [`heavy`] one, for which the system
//! has each processor that runs a thread of this process go through a full barrier: `membarrier` of Linux, see
//! membarrier(2). A thread that does not run has been through one when it lost its processor.
//!
//! So for each other thread the heavy barrier has an instant in that thread's course: what the thread wrote before it is seen
//! by whoever called for the barrier, and what the caller wrote is seen by what the thread reads after it.
//!
//! On other systems none is used, nor under the explorers of schedules and of memory: there both are full barriers.

#[cfg(not(all(target_os = "linux", not(miri), not(shuttle))))]
pub(crate) use full::{ARE_LIGHT, heavy, is_granted, light, may_be_needed, prepare};
#[cfg(all(target_os = "linux", not(miri), not(shuttle)))]
pub(crate) use light_and_heavy::{ARE_LIGHT, heavy, is_granted, light, may_be_needed, prepare};

#[cfg(all(target_os = "linux", not(miri), not(shuttle)))]
mod light_and_heavy {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, compiler_fence};
    use std::time::{Duration, Instant};

    use rustix::thread::{MembarrierCommand, membarrier};

    /// Whether a reader needs no full barrier.
    pub(crate) const ARE_LIGHT: bool = true;

    #[inline]
    pub(crate) fn light() {
        compiler_fence(Ordering::SeqCst);
    }

    /// It takes some microseconds, and interrupts all processors that run a thread of this process.
    #[cold]
    pub(crate) fn heavy() {
        // A process that was forked may have to say again that it will call for them.
        let is_done = is_called() || is_announced() && is_called();
        if !is_done {
            late();
        }
    }

    fn is_announced() -> bool {
        membarrier(MembarrierCommand::RegisterPrivateExpedited).is_ok()
    }

    fn is_called() -> bool {
        membarrier(MembarrierCommand::PrivateExpedited).is_ok()
    }

    /// Whether the system refuses what it had granted.
    static IS_OVER: AtomicBool = AtomicBool::new(false);

    /// The system refuses what it has granted before: somebody has forbidden it to this process since. What a processor has
    /// written goes to the others by itself, within microseconds, or when it ceases to run the thread. It is not relied upon
    /// again, but by writers of the locks that are biased already.
    #[cold]
    #[expect(clippy::disallowed_methods, reason = "what is waited for has no other sign than time")]
    fn late() {
        IS_OVER.store(true, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(50));
    }

    /// Asks the system for them, once for the life of the process. That takes some milliseconds, if threads run already.
    pub(crate) fn prepare() {
        begin();
    }

    pub(crate) fn is_granted() -> bool {
        begin().is_some()
    }

    /// When they were granted, if they were.
    fn begin() -> Option<Instant> {
        static BEGIN: OnceLock<Option<Instant>> = OnceLock::new();
        #[expect(clippy::disallowed_methods, reason = "it decides how fast something is, not what")]
        *BEGIN.get_or_init(|| (is_announced() && is_called()).then(Instant::now))
    }

    /// Whether a heavy barrier may come to be needed once more. In the long run there are no more than a small share of each
    /// processor's time allows, however many ask, though those that were granted may be called for at once; and none where the
    /// system has none.
    #[cold]
    pub(crate) fn may_be_needed() -> bool {
        /// Up to when they are spoken for, in nanoseconds.
        static TAKEN: AtomicU64 = AtomicU64::new(0);
        let Some(begin) = begin().filter(|_| !IS_OVER.load(Ordering::Relaxed)) else {
            return false;
        };
        let now = u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let order = Ordering::Relaxed;
        TAKEN.fetch_update(order, order, |taken| after_one_more(taken, now)).is_ok()
    }

    /// Nanoseconds for each. It takes its caller ten thousand, and a processor that it interrupts a part of that.
    const EACH: u64 = 500_000;
    /// So many may be needed at once, if none were before.
    const AT_ONCE: u64 = 1_000;

    fn after_one_more(taken: u64, now: u64) -> Option<u64> {
        // As if the process had begun so long ago that all may be had.
        let now = now.saturating_add(AT_ONCE * EACH);
        let from = taken.max(now - AT_ONCE * EACH);
        (from + EACH <= now).then_some(from + EACH)
    }

    #[cfg(test)]
    mod tests {
        use std::sync::atomic::{AtomicUsize, Ordering};
        use std::thread;

        use super::{AT_ONCE, EACH, after_one_more, begin, heavy, light};

        /// Apart from the other one in the processor's cache.
        #[derive(Default)]
        #[repr(align(128))]
        struct Place(AtomicUsize);

        impl Place {
            fn await_round(&self, round: usize) {
                while self.0.load(Ordering::Acquire) < round {
                    std::hint::spin_loop();
                }
            }
        }

        #[test]
        fn of_two_that_each_write_and_then_read_one_sees_what_the_other_wrote() {
            const ROUNDS: usize = 20_000;
            if begin().is_none() {
                return;
            }
            let [often, seldom, begun, seen]: [Place; 4] = Default::default();
            let missed = thread::scope(|scope| {
                let reader = scope.spawn(|| {
                    let mut missed = Vec::new();
                    for round in 1..=ROUNDS {
                        begun.await_round(round);
                        (0..round % 50).for_each(|_| std::hint::spin_loop());
                        // In any other order than this one some processors keep the two apart without a barrier.
                        often.0.store(round, Ordering::Relaxed);
                        light();
                        let missed_it = seldom.0.load(Ordering::Relaxed) < round;
                        missed.extend(missed_it.then_some(round));
                        seen.0.store(round, Ordering::Release);
                    }
                    missed
                });
                let mut missed = Vec::new();
                for round in 1..=ROUNDS {
                    begun.0.store(round, Ordering::Release);
                    (0..round % 37).for_each(|_| std::hint::spin_loop());
                    seldom.0.swap(round, Ordering::SeqCst);
                    heavy();
                    let missed_it = often.0.load(Ordering::SeqCst) < round;
                    missed.extend(missed_it.then_some(round));
                    seen.await_round(round);
                }
                (reader.join().unwrap(), missed)
            });
            let both: Vec<_> = missed.0.iter().filter(|round| missed.1.contains(round)).collect();
            assert!(both.is_empty(), "neither saw the other in {both:?}");
        }

        fn admitted(taken: &mut u64, now: u64) -> usize {
            let admitted = std::iter::from_fn(|| {
                *taken = after_one_more(*taken, now)?;
                Some(())
            });
            admitted.count()
        }

        #[test]
        fn so_many_are_needed_at_once_and_then_no_more_than_time_allows() {
            let mut taken = 0;
            let mut now = 0;
            assert_eq!(admitted(&mut taken, now), usize::try_from(AT_ONCE).unwrap());
            for _ in 0..100 {
                assert_eq!(admitted(&mut taken, now), 0);
                now += 3 * EACH;
                assert_eq!(admitted(&mut taken, now), 3);
            }
        }
    }
}

#[cfg(not(all(target_os = "linux", not(miri), not(shuttle))))]
mod full {
    use std::sync::atomic::{Ordering, fence};

    pub(crate) const ARE_LIGHT: bool = false;

    #[inline]
    pub(crate) fn light() {
        fence(Ordering::SeqCst);
    }

    pub(crate) fn heavy() {
        fence(Ordering::SeqCst);
    }

    pub(crate) fn prepare() {}

    pub(crate) fn is_granted() -> bool {
        true
    }

    pub(crate) fn may_be_needed() -> bool {
        true
    }
}
