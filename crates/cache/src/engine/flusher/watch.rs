//! Seeing how what was promised stands, while anything is unstored.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Key, Moment, Value};

use super::state::State;
use crate::engine::pace::{Promise, View};
use crate::engine::shared::Shared;
use crate::engine::storing::Flight;
use crate::event::Event;

impl<K: Key, V: Value> Shared<K, V> {
    /// A flight is with the store no more, and so many of its writes are stored. `is_back`: the store had been
    /// taken to be down. Says whether anything is to be told.
    pub(in crate::engine) fn note_pace(
        &self,
        state: &mut State<K, V>,
        flight: &mut Flight<K, V>,
        now: Moment,
        stored: usize,
        is_back: bool,
    ) -> bool {
        let is_doubtful = is_back || state.is_doubtful(now);
        let Some(flying) = state.landed(flight.number) else { return false };
        flight.took = now.since(flying.since);
        if flying.is_sick && stored == 0 {
            state.sick_after = now.after(flight.took.saturating_mul(4));
        }
        let Some(promise) = &mut state.promise else { return false };
        let pace = &self.flusher.pace;
        promise.landed(now, flying.since, stored, pace);
        if is_back {
            promise.forget_store(pace);
        }
        let oldest = flying.oldest.filter(|_| is_doubtful || !flying.is_sick);
        self.note_event(
            oldest.and_then(|oldest| promise.aged(now.since(oldest), self.budget.used().entries)),
        )
    }

    /// Looks from now on, if nobody does.
    #[inline]
    pub(super) fn watch(self: &Arc<Self>) {
        if let Some(promised) = self.flusher.pace.promised {
            self.watch_over(promised);
        }
    }

    #[inline(never)]
    fn watch_over(self: &Arc<Self>, promised: Duration) {
        let is_watched = &self.flusher.is_watched;
        if is_watched.load(Ordering::SeqCst) || is_watched.swap(true, Ordering::SeqCst) {
            return;
        }
        let shared = Arc::downgrade(self);
        let job = Box::new(move || {
            let Some(shared) = shared.upgrade() else { return };
            shared.flusher.is_watched.store(false, Ordering::SeqCst);
            if shared.look() {
                shared.watch();
            }
        });
        self.parts.seams.clock.after(Promise::glance(promised), job);
    }

    /// Looks once. Says whether there is anything to look at again.
    fn look(self: &Arc<Self>) -> bool {
        let listed = self.cells.iter().filter_map(|cell| cell.lock.look().oldest_dirty()).min();
        let unstored = self.budget.used().entries;
        let mut state = self.flusher.state.lock();
        let now = self.parts.seams.clock.now();
        let sick = if state.is_doubtful(now) { 0 } else { state.parking.sick_writes() };
        let oldest = listed.into_iter().chain(state.oldest_away(now)).min();
        let is_stopped = state.is_stopped;
        let Some(promise) = &mut state.promise else { return false };
        let well = unstored.saturating_sub(sick as u64);
        let event = promise.look(View { now, oldest, unstored: well });
        let goes_on = !is_stopped && (unstored > 0 || !promise.is_kept());
        let is_any = self.note_event(event);
        drop(state);
        self.tell(is_any);
        if is_any {
            self.see_mode();
        }
        goes_on
    }

    /// Notes an event under the lock under which it happened. Says whether there is one to be told.
    fn note_event(&self, event: Option<Event>) -> bool {
        let is_one = event.is_some();
        if let Some(event) = event {
            self.teller.note(event);
        }
        is_one
    }
}
