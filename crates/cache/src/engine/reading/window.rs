//! The window in which misses wait for company, so that one call of the store has them all.
//!
//! It is opened by the first miss that finds none open, and is over after its time, or as soon as a call is
//! full, or when many keys are asked for at once, which take along who waits.

use std::sync::Arc;

use forebay_store::{Key, Value};

use super::loads::{Keeper, Loads};
use crate::engine::shared::Shared;

impl<K, V> Loads<K, V> {
    /// Opens a window, if what has been asked for is to wait and none is open: its number. An error if it
    /// need not wait.
    fn open_window(&self, keeper: impl FnOnce() -> Keeper) -> Result<Option<u64>, ()> {
        let mut state = self.state.lock();
        let gathered = state.gathered.len();
        let is_full = gathered >= self.together_max();
        // While the store is taken to be down nobody is to wait.
        if self.window.is_zero() || is_full || state.breaker.is_open() {
            return Err(());
        }
        if gathered == 0 || state.has_window {
            return Ok(None);
        }
        state.has_window = true;
        state.keeper = Some(keeper());
        Ok(Some(state.windows))
    }

    /// Ends the window.
    fn end_window(&self) {
        let mut state = self.state.lock();
        let gathered = std::mem::take(&mut state.gathered);
        state.queue.extend(gathered);
        state.has_window = false;
        state.windows += 1;
        let keeper = state.keeper.take();
        drop(state);
        drop(keeper);
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// A miss has been gathered: it waits for company, if there is a time for that.
    pub(in crate::engine) fn gather(self: &Arc<Self>) {
        // The window keeps the engine, as a load that is with the store does, for those who wait for it; its
        // timer does not, which may come long after an early end.
        let keeper = || Arc::clone(self) as Keeper;
        let number = match self.loads.open_window(keeper) {
            Ok(Some(number)) => number,
            Ok(None) => return,
            Err(()) => return self.send_gathered(),
        };
        let shared = Arc::downgrade(self);
        let job = Box::new(move || {
            let Some(shared) = shared.upgrade() else { return };
            let spawn = Arc::clone(&shared.parts.seams.spawn);
            let is_over = shared.loads.state.lock().windows != number;
            if !is_over {
                spawn.run(Box::new(move || shared.send_gathered()));
            }
        });
        self.parts.seams.clock.after(self.loads.window, job);
    }

    /// What has been gathered goes to the store.
    pub(in crate::engine) fn send_gathered(self: &Arc<Self>) {
        self.loads.end_window();
        self.send_loads();
    }
}
