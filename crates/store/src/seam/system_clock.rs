//! The real clock: the only place that reads the system's time, and one thread for all timers.
#![expect(clippy::disallowed_methods, reason = "this is the seam")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[cfg(target_os = "linux")]
use super::ticks::Ticks;
use super::{Clock, Job, Moment, WallTime};

/// A century is as good as never, and cannot overflow an `Instant`.
const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
/// The longest sleep in one piece.
const RECHECK: Duration = Duration::from_secs(3600);

/// The system's clock.
pub struct SystemClock {
    start: Instant,
    /// They begin no earlier, so none of them is later than now.
    #[cfg(target_os = "linux")]
    ticks: Ticks,
    timers: Arc<Timers>,
}

#[derive(Default)]
struct Timers {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    heap: BinaryHeap<Reverse<Timer>>,
    number: u64,
    has_thread: bool,
}

struct Timer {
    due: Instant,
    /// Timers that are due together run in the order in which they were set.
    number: u64,
    job: Job,
}

impl SystemClock {
    /// The one that the whole process shares.
    pub fn shared() -> Arc<Self> {
        static SHARED: OnceLock<Arc<SystemClock>> = OnceLock::new();
        Arc::clone(SHARED.get_or_init(|| Arc::new(Self::begin())))
    }

    fn begin() -> Self {
        Self {
            start: Instant::now(),
            #[cfg(target_os = "linux")]
            ticks: Ticks::begin(),
            timers: Arc::default(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment::default().after(self.start.elapsed())
    }

    #[cfg(target_os = "linux")]
    #[inline]
    fn recent(&self) -> Moment {
        self.ticks.last()
    }

    fn wall(&self) -> WallTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        WallTime(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn after(&self, delay: Duration, job: Job) {
        let due = Instant::now() + delay.min(FAR);
        let mut queue = self.timers.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.number += 1;
        let number = queue.number;
        queue.heap.push(Reverse(Timer { due, number, job }));
        if !queue.has_thread {
            let timers = Arc::clone(&self.timers);
            let thread = std::thread::Builder::new().name("forebay-timer".into());
            // Without a thread the next call tries again; the timer is kept.
            queue.has_thread = thread.spawn(move || timers.run()).is_ok();
        }
        drop(queue);
        self.timers.changed.notify_one();
    }
}

impl Timers {
    fn run(&self) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let now = Instant::now();
            let wait = match queue.heap.peek() {
                Some(Reverse(timer)) if timer.due <= now => Duration::ZERO,
                Some(Reverse(timer)) => timer.due - now,
                None => Duration::MAX,
            };
            if !wait.is_zero() {
                let waited = self.changed.wait_timeout(queue, wait.min(RECHECK));
                queue = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let Some(Reverse(timer)) = queue.heap.pop() else { continue };
            drop(queue);
            // A panicking job has dropped its `Done`s; the other timers must go on.
            let _ = catch_unwind(AssertUnwindSafe(timer.job));
            queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        (self.due, self.number) == (other.due, other.number)
    }
}

impl Eq for Timer {}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due, self.number).cmp(&(other.due, other.number))
    }
}

impl fmt::Debug for SystemClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemClock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recent_moment_is_never_later_than_now_and_goes_on() {
        let clock = SystemClock::begin();
        let mut before = Moment::default();
        while before < Moment(5_000_000) {
            let recent = clock.recent();
            assert!(before <= recent && recent <= clock.now(), "{before:?}, {recent:?}");
            before = recent;
        }
    }
}
