//! Jobs that run when the test says so.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::seam::{Job, Spawn};
use forebay_store::sync::Mutex;

/// Jobs that run when the test says so, in the order in which they were handed in.
#[derive(Clone, Default)]
pub(crate) struct Stepped(Arc<Mutex<VecDeque<Job>>>);

impl Stepped {
    /// Runs one job, if there is one.
    pub(crate) fn step(&self) -> bool {
        let job = self.0.lock().pop_front();
        job.map(|job| catch_unwind(AssertUnwindSafe(job))).is_some()
    }

    /// Runs jobs until there is none.
    pub(crate) fn run(&self) {
        while self.step() {}
    }

    /// Drops all jobs unrun, as a runtime does that is shut down.
    pub(crate) fn lose(&self) {
        let jobs = std::mem::take(&mut *self.0.lock());
        drop(jobs);
    }
}

impl Spawn for Stepped {
    fn run(&self, job: Job) {
        self.0.lock().push_back(job);
    }
}
