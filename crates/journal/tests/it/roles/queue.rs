//! Jobs that wait until the test has them done.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use forebay_store::seam::{Job, Spawn};

/// Keeps the jobs that it is given. Clones are the same queue.
#[derive(Clone, Default)]
pub(super) struct Queue(Arc<Mutex<VecDeque<Job>>>);

impl Spawn for Queue {
    fn run(&self, job: Job) {
        self.0.lock().unwrap().push_back(job);
    }
}

impl Queue {
    /// Does every job, and those that come of them.
    pub(super) fn drain(&self) {
        while let Some(job) = self.next() {
            job();
        }
    }

    /// How many jobs wait.
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Loses every job that has not been done.
    pub(super) fn lose(&self) {
        while let Some(job) = self.next() {
            drop(job);
        }
    }

    /// The queue is not locked while a job is done or dropped: both may bring another one.
    fn next(&self) -> Option<Job> {
        self.0.lock().unwrap().pop_front()
    }
}
