//! Where work runs.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::Thread;

/// A piece of work that may block.
pub type Job = Box<dyn FnOnce() + Send>;

/// Runs jobs and futures somewhere else than on the calling thread.
///
/// Implement it for a runtime's handle to have async stores polled there.
pub trait Spawn: Send + Sync + 'static {
    /// Runs a job that may block. Returns at once.
    fn run(&self, job: Job);

    /// Runs a future to its end. By default one job polls it, blocking between polls.
    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
        self.run(Box::new(move || block_on(future)));
    }
}

impl fmt::Debug for dyn Spawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spawn")
    }
}

/// Polls `future` on this thread until it is ready.
pub fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        std::thread::park();
    }
}
