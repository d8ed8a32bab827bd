//! Jobs that run where they are handed in.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};

use crate::seam::{Job, Spawn};
use crate::sync::Mutex;

/// Runs a job at once, on the thread that hands it in; polls a future at once, and again on the
/// thread that wakes it. So nothing happens that the caller did not cause.
///
/// A job that blocks blocks its caller: what holds calls back must do so by completion, as
/// [`fault::Held`](crate::fault::Held) does.
#[derive(Clone, Copy, Debug, Default)]
pub struct InlineSpawn;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Spawn for InlineSpawn {
    fn run(&self, job: Job) {
        // As on a thread of its own: a panicking job has dropped its `Done`s, and that is all.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }

    fn spawn(&self, future: Task) {
        Arc::new(Inline(Mutex::new(State::Idle(future)))).wake();
    }
}

struct Inline(Mutex<State>);

enum State {
    /// Waits to be woken.
    Idle(Task),
    /// Is being polled; `woken` meanwhile or not.
    Running { woken: bool },
    /// Has ended.
    Over,
}

impl Wake for Inline {
    fn wake(self: Arc<Self>) {
        let mut state = self.0.lock();
        let mut task = match std::mem::replace(&mut *state, State::Running { woken: true }) {
            State::Idle(task) => task,
            // Whoever polls it now will poll it once more.
            State::Running { .. } => return,
            State::Over => {
                *state = State::Over;
                return;
            }
        };
        let waker = Arc::clone(&self).into();
        let mut context = Context::from_waker(&waker);
        loop {
            *state = State::Running { woken: false };
            drop(state);
            let poll = catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(&mut context)));
            state = self.0.lock();
            if !matches!(poll, Ok(Poll::Pending)) {
                *state = State::Over;
                drop(state);
                return;
            }
            if matches!(*state, State::Running { woken: false }) {
                *state = State::Idle(task);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Op};

    #[test]
    fn a_job_has_run_when_run_returns() {
        let (done, op) = Op::pending();
        InlineSpawn.run(Box::new(move || done.complete(Ok(1))));
        assert!(op.is_ready());
    }

    #[test]
    fn a_panicking_job_is_an_error_at_the_other_end_only() {
        let (done, op) = Op::<u8>::pending();
        InlineSpawn.run(Box::new(move || {
            let _done = done;
            panic!("the job fails, as this test wants");
        }));
        assert_eq!(op.wait().unwrap_err().kind(), ErrorKind::Aborted);
    }

    #[test]
    fn a_future_goes_on_when_what_it_awaits_is_answered() {
        let (first, awaited) = Op::pending();
        let (second, op) = Op::pending();
        InlineSpawn.spawn(Box::pin(async move { second.complete(awaited.await) }));
        assert!(!op.is_ready());
        first.complete(Ok(3));
        assert_eq!(op.wait().unwrap(), 3);
    }

    #[test]
    fn a_future_that_wakes_itself_is_polled_again() {
        let (done, op) = Op::pending();
        let mut polls = 0;
        let mut done = Some(done);
        InlineSpawn.spawn(Box::pin(std::future::poll_fn(move |context| {
            polls += 1;
            context.waker().wake_by_ref();
            match done.take_if(|_| polls == 3) {
                Some(done) => {
                    done.complete(Ok(polls));
                    Poll::Ready(())
                }
                None => Poll::Pending,
            }
        })));
        assert_eq!(op.wait().unwrap(), 3);
    }
}
