//! The one timer that runs the flusher when the next write is due.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Key, Moment, Value};

use super::state::Flusher;
use crate::engine::cells::Cell;
use crate::engine::shared::Shared;

impl<K, V> Flusher<K, V> {
    /// Whether a timer is set.
    #[inline]
    pub(in crate::engine) fn is_armed(&self) -> bool {
        self.armed.load(Ordering::Relaxed) != u64::MAX
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// Something was dirtied then: there is to be a timer for it, or no waiting if room grows scarce.
    #[inline]
    pub(crate) fn flush_later(self: &Arc<Self>, dirtied_at: Moment) {
        self.watch();
        if self.budget.is_pressed() {
            return self.flush_now();
        }
        let due = self.flusher.pace.due(dirtied_at);
        if self.flusher.armed.load(Ordering::SeqCst) > due.0 {
            self.arm(self.parts.seams.clock.now(), due);
        }
    }

    /// Sets a timer for whatever is due next.
    pub(super) fn arm_next(self: &Arc<Self>) {
        let pace = &self.flusher.pace;
        let now = self.parts.seams.clock.now();
        let heads = self.cells.iter().filter_map(Cell::head);
        let dirty = heads.map(|head| if head.is_marked { now } else { pace.due(head.dirtied) });
        let dirty = dirty.min();
        if dirty.is_some() {
            self.watch();
        }
        let is_held = self.is_held_in_drill();
        let next = {
            let state = self.flusher.state.lock();
            let is_full = state.in_flight >= pace.flights_max;
            if state.is_stopped || state.paused.is_some() || is_held || is_full {
                // The end of a flight, a pause or a drill runs the flusher again; a stopped one has nothing to do.
                return;
            }
            let urgent = (!self.flusher.urgent.lock().is_empty()).then_some(now);
            let probe = state.breaker.next_probe();
            // What is parked is a probe, too, before its time.
            let parked =
                state.parking.next_due(state.sick_from()).map(|due| probe.map_or(due, |_| now));
            let due = [urgent, dirty, parked].into_iter().flatten().min();
            match probe {
                None => due,
                Some(probe) => due.map(|due| due.max(probe).max(state.breaker.probing_until())),
            }
        };
        // A probe that is waited for however long it takes has the end of its flight for a timer.
        if let Some(next) = next.filter(|next| next.0 != u64::MAX) {
            self.arm(now, next);
        }
    }

    #[inline(never)]
    fn arm(self: &Arc<Self>, now: Moment, due: Moment) {
        let due = due.0.max(now.0).min(u64::MAX - 1);
        let armed = &self.flusher.armed;
        let earlier = armed
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |armed| (due < armed).then_some(due));
        if earlier.is_err() {
            return;
        }
        // A timer does not keep the engine: who needs it to go on is a handle, or the orphan itself.
        let shared = Arc::downgrade(self);
        let delay = Duration::from_nanos(due - now.0);
        let job = Box::new(move || {
            let Some(shared) = shared.upgrade() else { return };
            let armed = &shared.flusher.armed;
            let mine = armed.compare_exchange(due, u64::MAX, Ordering::SeqCst, Ordering::SeqCst);
            // A later timer than the one that is armed now has nothing to do.
            if mine.is_ok() {
                shared.flush_now();
            }
        });
        self.parts.seams.clock.after(delay, job);
    }
}
