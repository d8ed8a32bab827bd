//! Runs follow-up work without growing the stack.
//!
//! An answer may start work whose answer starts more work; with a store that answers at once the
//! stack would grow with the number of waiters. Here the innermost of them only queues.

use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Job = Box<dyn FnOnce()>;

forebay_store::sync::thread_local! {
    static QUEUE: RefCell<Option<VecDeque<Job>>> = RefCell::new(None);
}

/// None: this thread ends, and its queue is gone.
fn with_queue<R>(step: impl FnOnce(&mut Option<VecDeque<Job>>) -> R) -> Option<R> {
    QUEUE.try_with(|queue| step(&mut queue.borrow_mut())).ok()
}

/// Runs `job` now, or after the job that is running on this thread.
pub(crate) fn run(job: impl FnOnce() + 'static) {
    let mut job = Some(job);
    with_queue(|queue| match queue {
        Some(queue) => queue.extend(job.take().map(|job| Box::new(job) as Job)),
        None => *queue = Some(VecDeque::new()),
    });
    let Some(job) = job else { return };
    caught(job);
    while let Some(job) = with_queue(|queue| queue.as_mut()?.pop_front()).flatten() {
        caught(job);
    }
    with_queue(|queue| *queue = None);
}

/// Runs what may call foreign code. If that panics it must not take along what comes after it.
pub(crate) fn caught(job: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(job)) {
        lose(payload);
    }
}

/// What a panic was thrown with may panic when it is dropped; what that is thrown with is leaked.
fn lose(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(second);
    }
}
