//! The real place where jobs run: a pool that grows with need and shrinks when idle.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::{Job, Spawn};

/// Threads that run jobs. It has as many threads as jobs at once, up to its limit; beyond that
/// jobs wait in line. Callers bound what they hand in by their own limits in flight.
pub struct ThreadPool {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    work: Condvar,
    threads_max: usize,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
}

impl ThreadPool {
    /// Threads of the pool that the process shares.
    pub const SHARED_THREADS_MAX: usize = 256;
    /// How long a thread without work stays.
    const IDLE: Duration = Duration::from_secs(10);

    /// The one that the whole process shares.
    pub fn shared() -> Arc<Self> {
        static SHARED: OnceLock<Arc<ThreadPool>> = OnceLock::new();
        Arc::clone(SHARED.get_or_init(|| Arc::new(Self::new(Self::SHARED_THREADS_MAX))))
    }

    /// A pool of at most `threads_max` threads (at least 1).
    pub fn new(threads_max: usize) -> Self {
        let shared = Shared {
            state: Mutex::default(),
            work: Condvar::new(),
            threads_max: threads_max.max(1),
        };
        Self { shared: Arc::new(shared) }
    }
}

impl Spawn for ThreadPool {
    fn run(&self, job: Job) {
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.jobs.push_back(job);
        if state.jobs.len() > state.idle && state.threads < self.shared.threads_max {
            let shared = Arc::clone(&self.shared);
            let thread = std::thread::Builder::new().name("forebay-worker".into());
            if thread.spawn(move || shared.work()).is_ok() {
                state.threads += 1;
            } else if state.threads == 0 {
                // The system gives no thread at all: better here than never.
                let jobs = std::mem::take(&mut state.jobs);
                drop(state);
                jobs.into_iter().for_each(run_caught);
                return;
            }
        }
        drop(state);
        self.shared.work.notify_one();
    }
}

impl Shared {
    fn work(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                run_caught(job);
                state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            state.idle += 1;
            let (guard, waited) = self
                .work
                .wait_timeout(state, ThreadPool::IDLE)
                .unwrap_or_else(PoisonError::into_inner);
            state = guard;
            state.idle -= 1;
            if waited.timed_out() && state.jobs.is_empty() {
                state.threads -= 1;
                return;
            }
        }
    }
}

/// A panicking job has dropped its `Done`, which answers for it; the thread goes on.
fn run_caught(job: Job) {
    let _ = catch_unwind(AssertUnwindSafe(job));
}

impl fmt::Debug for ThreadPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadPool").field("threads_max", &self.shared.threads_max).finish()
    }
}
