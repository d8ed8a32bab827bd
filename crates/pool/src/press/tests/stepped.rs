//! Jobs wait until the test runs one.

use std::collections::VecDeque;
use std::sync::Arc;

use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Job, Spawn};
use forebay_store::sync::Mutex;

use super::rig::{World, world_on};

/// Jobs wait until the test runs one.
#[derive(Default)]
pub(super) struct Stepped(Mutex<VecDeque<Job>>);

impl Stepped {
    pub(super) fn len(&self) -> usize {
        self.0.lock().len()
    }

    pub(super) fn step(&self) -> bool {
        let job = self.0.lock().pop_front();
        job.map(|job| job()).is_some()
    }
}

impl Spawn for Stepped {
    fn run(&self, job: Job) {
        self.0.lock().push_back(job);
    }
}

pub(super) fn stepped(memory: u64) -> (World, Arc<Stepped>) {
    let spawn = Arc::new(Stepped::default());
    let jobs: Arc<dyn Spawn> = Arc::clone(&spawn) as _;
    (world_on(memory, ManualClock::new(), jobs), spawn)
}
