//! A gate at which calls wait until a test lets them pass.

use std::sync::Arc;
use std::time::Duration;

use crate::sync::{Condvar, Mutex};

/// The test's hand on a closed gate. Calls that arrive wait; the test can wait for them to
/// arrive, without sleeping. Dropping it opens it, so a failing test leaves no thread behind.
#[derive(Debug)]
#[must_use = "a gate opens when it is dropped"]
pub struct Gate(Arc<Barrier>);

/// Where the calls wait.
#[derive(Debug, Default)]
pub(super) struct Barrier {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    closed: bool,
    waiting: usize,
    /// How many of those that wait may go.
    passes: usize,
}

impl Gate {
    /// How long [`wait_for`](Self::wait_for) waits before it calls the test a failure.
    pub const PATIENCE: Duration = Duration::from_secs(30);

    pub(super) fn close(barrier: &Arc<Barrier>) -> Self {
        barrier.state.lock().closed = true;
        Self(Arc::clone(barrier))
    }

    /// Waits until at least `calls` calls wait here.
    ///
    /// # Panics
    ///
    /// If they have not arrived after [`PATIENCE`](Self::PATIENCE): this is for tests.
    #[track_caller]
    pub fn wait_for(&self, calls: usize) {
        let state = self.0.state.lock();
        let state =
            self.0.changed.wait_timeout_while(state, Self::PATIENCE, |state| state.waiting < calls);
        assert!(state.waiting >= calls, "{} of {calls} calls arrived", state.waiting);
    }

    /// How many calls wait here.
    pub fn waiting(&self) -> usize {
        self.0.state.lock().waiting
    }

    /// Lets `calls` of those that wait, or come next, go on. In no certain order.
    pub fn let_pass(&self, calls: usize) {
        self.0.state.lock().passes += calls;
        self.0.changed.notify_all();
    }

    /// Lets everything pass from now on.
    pub fn open(self) {}
}

impl Drop for Gate {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.closed = false;
        state.passes = 0;
        drop(state);
        self.0.changed.notify_all();
    }
}

impl Barrier {
    /// Waits here while the gate is closed.
    pub(super) fn pass(&self) {
        let mut state = self.state.lock();
        if !state.closed {
            return;
        }
        state.waiting += 1;
        self.changed.notify_all();
        state = self.changed.wait_while(state, |state| state.closed && state.passes == 0);
        state.waiting -= 1;
        state.passes = state.passes.saturating_sub(1);
    }
}
