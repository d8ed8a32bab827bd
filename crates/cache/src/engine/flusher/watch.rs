//! Seeing how what was promised stands, while anything is unstored.

use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Key, Moment, Value};

use super::state::State;
use crate::engine::flight::Flight;
use crate::engine::pace::{Promise, View};
use crate::engine::shared::Shared;
use crate::event::Event;

impl<K: Key, V: Value> Shared<K, V> {
    /// A flight is with the store no more, and so many of its writes are stored. `is_back`: the store had been
    /// taken to be down. Says what is to be told.
    pub(in crate::engine) fn note_pace(
        &self,
        state: &mut State<K, V>,
        flight: &mut Flight<K, V>,
        now: Moment,
        stored: usize,
        is_back: bool,
    ) -> Option<Event> {
        let is_doubtful = is_back || state.mode.is_doubtful();
        let flying = state.landed(flight.number)?;
        flight.took = now.since(flying.since);
        let promise = state.promise.as_mut()?;
        let pace = &self.flusher.pace;
        promise.landed(now, flying.since, stored, pace);
        if is_back {
            promise.forget_store(pace);
        }
        let oldest = flying.oldest.filter(|_| is_doubtful || !flying.is_sick)?;
        promise.aged(now.since(oldest), self.budget.used().entries)
    }

    /// Looks from now on, if nobody does.
    pub(super) fn watch(self: &Arc<Self>) {
        let Some(promised) = self.flusher.pace.promised else { return };
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
        let listed = self.cells.iter().filter_map(|cell| cell.lock.read().oldest_dirty()).min();
        let unstored = self.budget.used().entries;
        let mut state = self.flusher.state.lock();
        let now = self.parts.seams.clock.now();
        let oldest = listed.into_iter().chain(state.oldest_away()).min();
        let is_stopped = state.is_stopped;
        let Some(promise) = &mut state.promise else { return false };
        let event = promise.look(View { now, oldest, unstored });
        let goes_on = !is_stopped && (unstored > 0 || !promise.is_kept());
        drop(state);
        self.tell(event);
        goes_on
    }

    /// Tells who listens. Call it without any lock.
    pub(in crate::engine) fn tell(&self, event: Option<Event>) {
        if let Some(event) = event {
            self.teller.tell(event, &self.parts.seams);
        }
    }
}
