//! Runs follow-up work without growing the stack.
//!
//! A job that runs where it is handed in may hand in the next, and room that comes back may serve who
//! gives it back at once. Here the innermost of them only queues.
//!
//! The cache has one like it, and they share no queue on purpose: a job of a pool may wait for a store that
//! a cache stands in front of, and that cache's work must not stand in line behind the one who waits.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::budget::lose;

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

/// Runs what may call code of users. If that panics it must not take along what comes after it.
pub(crate) fn caught(job: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(job)) {
        lose(payload);
    }
}
