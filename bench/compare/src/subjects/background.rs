//! Forebay's own threads, and whether they have something to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use forebay_store::seam::{Job, Spawn, ThreadPool};

/// The pool of threads that a user's program has, with a count of its jobs: so that a sample begins
/// when nothing is left of the last one.
pub(crate) struct Background {
    pool: Arc<ThreadPool>,
    jobs: Arc<AtomicUsize>,
}

/// A job that is under way or in line.
struct Counted(Arc<AtomicUsize>);

impl Background {
    pub(crate) fn new() -> Self {
        Self { pool: ThreadPool::shared(), jobs: Arc::default() }
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.jobs.load(Ordering::SeqCst) == 0
    }
}

impl Spawn for Background {
    fn run(&self, job: Job) {
        self.jobs.fetch_add(1, Ordering::SeqCst);
        let counted = Counted(Arc::clone(&self.jobs));
        self.pool.run(Box::new(move || {
            job();
            drop(counted);
        }));
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
