//! A clock on which nobody waits.

use std::sync::Arc;
use std::time::Duration;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::{DirBuilder, Quota};
use forebay_store::Seams;
use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Clock, Job, Moment, WallTime};
use forebay_store::sync::Mutex;

use super::rig::builder_with;

/// A clock on which whoever waits has waited already.
#[derive(Default)]
pub(super) struct Hurried(Mutex<(u64, Option<Job>)>);

impl Hurried {
    /// What happens while somebody waits.
    pub(super) fn meanwhile(&self, job: Job) {
        self.0.lock().1 = Some(job);
    }
}

impl Clock for Hurried {
    fn now(&self) -> Moment {
        Moment(self.0.lock().0)
    }

    fn wall(&self) -> WallTime {
        WallTime(0)
    }

    fn after(&self, delay: Duration, job: Job) {
        let mut state = self.0.lock();
        state.0 += u64::try_from(delay.as_nanos()).unwrap();
        let meanwhile = state.1.take();
        drop(state);
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
        job();
    }
}

/// A builder whose medium never waits.
pub(super) fn hurried(disk: &SimulatedDisk, process: u64) -> DirBuilder {
    let clock = Arc::new(Hurried::default());
    let seams = Seams { clock, ..ManualClock::new().seams(process) };
    builder_with(disk, Quota::unbounded(), seams)
}
