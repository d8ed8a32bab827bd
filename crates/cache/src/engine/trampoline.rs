//! Runs follow-up work without growing the stack.
//!
//! An answer may start work whose answer starts more work; with a store that answers at once the
//! stack would grow with the number of waiters. Here the innermost of them only queues.

use std::cell::RefCell;
use std::collections::VecDeque;

type Job = Box<dyn FnOnce()>;

forebay_store::sync::thread_local! {
    static QUEUE: RefCell<Option<VecDeque<Job>>> = RefCell::new(None);
}

fn with_queue<R>(step: impl FnOnce(&mut Option<VecDeque<Job>>) -> R) -> R {
    QUEUE.with(|queue| step(&mut queue.borrow_mut()))
}

/// Runs `job` now, or after the job that is running on this thread.
pub(crate) fn run(job: impl FnOnce() + 'static) {
    let first = with_queue(|queue| {
        if let Some(queue) = queue {
            queue.push_back(Box::new(job));
            return None;
        }
        *queue = Some(VecDeque::new());
        Some(job)
    });
    let Some(job) = first else { return };
    let _reset = Reset;
    job();
    while let Some(job) = with_queue(|queue| queue.as_mut()?.pop_front()) {
        job();
    }
}

/// Leaves the thread usable when a job panics. What was queued is dropped, which answers for it.
struct Reset;

impl Drop for Reset {
    fn drop(&mut self) {
        let rest = with_queue(Option::take);
        drop(rest);
    }
}
