//! A flusher that is told to leave the store alone for a while.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Error, Key, Result, Value};

use crate::engine::shared::Shared;

impl<K: Key, V: Value> Shared<K, V> {
    /// Sends nothing more to the store, for this long at most.
    pub(crate) fn pause_flusher(self: &Arc<Self>, at_most: Duration) {
        let number = {
            let mut state = self.flusher.state.lock();
            // A close has to store what it can, and ends a pause that came before it.
            if self.closing.has_begun() {
                return;
            }
            state.pauses += 1;
            let number = state.pauses;
            state.paused = Some(number);
            number
        };
        let shared = Arc::downgrade(self);
        let end = Box::new(move || {
            if let Some(shared) = shared.upgrade()
                && shared.end_pause(Some(number))
            {
                shared.flush_now();
            }
        });
        self.parts.seams.clock.after(at_most, end);
    }

    /// Goes on.
    pub(crate) fn resume_flusher(self: &Arc<Self>) {
        if self.end_pause(None) {
            self.pump();
        }
    }

    /// Ends a pause, or only the one of this number; without a number also what a drill holds back goes. Says
    /// whether it did.
    pub(in crate::engine) fn end_pause(&self, number: Option<u64>) -> bool {
        let was_held = number.is_none() && self.let_go_in_drill();
        let mut state = self.flusher.state.lock();
        let is_meant = state.paused.is_some() && (number.is_none() || state.paused == number);
        if is_meant {
            state.paused = None;
        }
        is_meant || was_held
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.flusher.state.lock().paused.is_some()
    }

    /// What only the store can answer is not kept waiting for the end of a pause.
    pub(in crate::engine) fn refuse_while_paused(&self) -> Result<()> {
        if self.is_paused() {
            return Err(Error::unavailable("writing to the store is paused"));
        }
        if self.is_held_in_drill() {
            return Err(Error::unavailable("a drill: nothing goes to the store"));
        }
        Ok(())
    }
}
