//! Lets a bounded number of calls in, and keeps a bounded line of those that wait.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::done::Done;
use crate::error::Error;
use crate::seam::{Clock, Moment};
use crate::sync::Mutex;

/// First come, first served.
pub(super) struct Turnstile {
    clock: Arc<dyn Clock>,
    inside_max: usize,
    waiting_max: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    inside: usize,
    waiting: VecDeque<Box<dyn FnOnce() + Send>>,
    /// Somebody is letting waiting calls in at this moment, further down this or another stack.
    admitting: bool,
    /// How long calls took inside, the older the less it counts.
    took: Duration,
}

impl Turnstile {
    pub(super) fn new(clock: Arc<dyn Clock>, inside_max: usize, waiting_max: usize) -> Self {
        Self { clock, inside_max, waiting_max, state: Mutex::default() }
    }

    /// Makes the call now or when it is its turn; answers `Busy` if the line is full.
    pub(super) fn enter<T: Send + 'static>(
        self: &Arc<Self>,
        call: impl FnOnce(Done<T>) + Send + 'static,
        done: Done<T>,
    ) {
        let mut state = self.state.lock();
        if state.inside < self.inside_max && state.waiting.is_empty() {
            state.inside += 1;
            drop(state);
            call(self.inside(done));
        } else if state.waiting.len() < self.waiting_max {
            let turnstile = Arc::clone(self);
            state.waiting.push_back(Box::new(move || call(turnstile.inside(done))));
        } else {
            let room_in = state.took / u32::try_from(self.inside_max).unwrap_or(u32::MAX);
            drop(state);
            let full = "too many calls wait for the store";
            done.complete(Err(Error::busy(full, room_in.max(Duration::from_millis(1)))));
        }
    }

    /// The end at which the store answers a call that is inside. The call leaves before its caller
    /// hears the answer, so a caller that makes one call after the other always finds room.
    fn inside<T: Send + 'static>(self: &Arc<Self>, done: Done<T>) -> Done<T> {
        let turnstile = Arc::clone(self);
        let entered = self.clock.now();
        Done::call(move |answer| {
            turnstile.leave(entered);
            done.complete(answer);
        })
    }

    fn leave(&self, entered: Moment) {
        let took = self.clock.now().since(entered);
        let mut state = self.state.lock();
        state.inside -= 1;
        state.took = (state.took * 7 + took) / 8;
        // One stack admits them all: a call that ends at once must not admit the next one from
        // within itself, or a long line would become a deep stack.
        if std::mem::replace(&mut state.admitting, true) {
            return;
        }
        while state.inside < self.inside_max {
            let Some(call) = state.waiting.pop_front() else { break };
            state.inside += 1;
            drop(state);
            // A store that panics has dropped its `Done`; those who wait must go on.
            let _ = catch_unwind(AssertUnwindSafe(call));
            state = self.state.lock();
        }
        state.admitting = false;
    }
}
