//! An operation whose work blocks.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::{Drive, Error, Op, Result};

use crate::lanes::{Lane, Lanes, Work};

/// What is to be done, unless it is given an error: then that is the answer.
type Task = Box<dyn FnOnce(Result<()>) + Send>;

/// Work that blocks: done by whoever waits for it, else in the lane of errands, so that those who wait for
/// each other there do not take all threads of the process. One that nobody waits for and nobody polls is
/// never begun.
struct Errand {
    task: Mutex<Option<Task>>,
    lanes: Arc<Lanes>,
}

/// A task that waits for its place.
struct Queued(Task);

/// An operation whose work blocks. It is `Busy` if too many wait already.
pub(crate) fn errand<T: Send + 'static>(
    lanes: &Arc<Lanes>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Op<T> {
    let (done, op) = Op::pending();
    let task: Task = Box::new(move |admitted| done.complete(admitted.and_then(|()| work())));
    let errand = Errand { task: Mutex::new(Some(task)), lanes: Arc::clone(lanes) };
    op.driven_by(Arc::new(errand))
}

impl Drive for Errand {
    fn drive(&self) {
        let task = self.task.lock().take();
        if let Some(task) = task {
            task(Ok(()));
        }
    }

    fn start(&self) {
        let task = self.task.lock().take();
        let Some(task) = task else { return };
        if self.lanes.is_crowded() {
            let later = Duration::from_millis(100);
            return task(Err(Error::busy("too many operations on archives wait", later)));
        }
        self.lanes.run(Lane::Errand, Box::new(Queued(task)));
    }
}

impl Work for Queued {
    fn run(self: Box<Self>) {
        (self.0)(Ok(()));
    }
}
