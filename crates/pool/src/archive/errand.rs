//! An operation whose work blocks.

use std::sync::Arc;

use forebay_store::seam::{Job, Spawn};
use forebay_store::sync::Mutex;
use forebay_store::{Drive, Op, Result};

/// Work that blocks: done by whoever waits for it, else in a job. One that nobody waits for and nobody
/// polls is never begun.
struct Errand {
    work: Mutex<Option<Job>>,
    spawn: Arc<dyn Spawn>,
}

/// An operation whose work blocks.
pub(crate) fn errand<T: Send + 'static>(
    spawn: &Arc<dyn Spawn>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Op<T> {
    let (done, op) = Op::pending();
    let job: Job = Box::new(move || done.complete(work()));
    let errand = Errand { work: Mutex::new(Some(job)), spawn: Arc::clone(spawn) };
    op.driven_by(Arc::new(errand))
}

impl Drive for Errand {
    fn drive(&self) {
        let job = self.work.lock().take();
        if let Some(job) = job {
            job();
        }
    }

    fn start(&self) {
        let job = self.work.lock().take();
        if let Some(job) = job {
            self.spawn.run(job);
        }
    }
}
