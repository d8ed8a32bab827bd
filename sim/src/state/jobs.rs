//! Jobs that run where they are handed in; those that begin in the middle of a call of the disk, once that is
//! over.

use std::future::Future;
use std::pin::Pin;

use forebay_store::seam::manual::InlineSpawn;
use forebay_store::seam::{Job, Spawn};
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, Ordering};

#[derive(Default)]
pub(crate) struct Jobs {
    is_held: AtomicBool,
    held: Mutex<Vec<Job>>,
}

impl Jobs {
    /// What begins from now on has to wait, or not.
    pub(crate) fn hold(&self, is_held: bool) {
        self.is_held.store(is_held, Ordering::SeqCst);
    }

    /// Runs what was held.
    pub(crate) fn run_all(&self) {
        let held = std::mem::take(&mut *self.held.lock());
        for job in held {
            InlineSpawn.run(job);
        }
    }

    /// Forgets what was held: the process has ended.
    pub(crate) fn forget(&self) {
        drop(std::mem::take(&mut *self.held.lock()));
    }
}

impl Spawn for Jobs {
    fn run(&self, job: Job) {
        if self.is_held.load(Ordering::SeqCst) {
            self.held.lock().push(job);
        } else {
            InlineSpawn.run(job);
        }
    }

    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
        InlineSpawn.spawn(future);
    }
}
