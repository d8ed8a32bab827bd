//! The flusher's turn: one thread at a time has it, and sees to the reasons of all.

use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Key, Value};

use crate::engine::shared::Shared;
use crate::engine::trampoline;

impl<K: Key, V: Value> Shared<K, V> {
    /// Batches sent by one call before the rest is handed to another thread.
    const ROUNDS_MAX: usize = 8;

    /// Holds the flusher while `step` gives it many reasons to run, then runs it for all of them.
    pub(in crate::engine) fn pump_after(self: &Arc<Self>, step: impl FnOnce()) {
        let is_first = self.flusher.signals.fetch_add(1, Ordering::SeqCst) == 0;
        let turn = is_first.then(|| Turn { shared: Arc::clone(self), seen: 1 });
        step();
        if let Some(turn) = turn {
            turn.go_on();
        }
    }

    /// Whether nobody runs the flusher, and nothing is with the store.
    pub(in crate::engine) fn is_flusher_idle(&self) -> bool {
        self.is_pump_idle() && self.flusher.state.lock().in_flight == 0
    }

    /// Whether nobody runs the flusher.
    pub(in crate::engine) fn is_pump_idle(&self) -> bool {
        self.flusher.signals.load(Ordering::SeqCst) == 0
    }

    /// Runs the flusher on another thread, if it has a place for another batch and has not been
    /// called already. The end of a flight runs it anyway.
    #[inline(never)]
    pub(crate) fn flush_now(self: &Arc<Self>) {
        let is_full = {
            let state = self.flusher.state.lock();
            state.paused.is_some() || state.in_flight >= self.flusher.pace.flights_max
        };
        if is_full || self.flusher.is_called.swap(true, Ordering::SeqCst) {
            return;
        }
        let called = Called(Arc::clone(self));
        self.parts.seams.spawn.run(Box::new(move || {
            let shared = Arc::clone(&called.0);
            drop(called);
            shared.pump();
        }));
    }

    /// Sends what is to be sent and may be, unless somebody is doing so already; then he goes on.
    pub(crate) fn pump(self: &Arc<Self>) {
        if self.flusher.signals.fetch_add(1, Ordering::SeqCst) == 0 {
            self.pump_on(1);
        }
    }

    fn pump_on(self: &Arc<Self>, mut seen: u64) {
        let mut rounds = 0;
        loop {
            while self.send_one() {
                rounds += 1;
                if rounds >= Self::ROUNDS_MAX {
                    // The caller has his own work to do; the turn is handed over, not given up.
                    let turn = Turn { shared: Arc::clone(self), seen };
                    let go_on = move || trampoline::run(move || turn.go_on());
                    return self.parts.seams.spawn.run(Box::new(go_on));
                }
            }
            let left = self.flusher.signals.fetch_sub(seen, Ordering::SeqCst) - seen;
            if left == 0 {
                break;
            }
            seen = left;
        }
        self.arm_next();
        self.drained();
    }

    /// Sends one batch. `false` if there is none to send, or no place for it. Only one thread at a
    /// time is here, so a place that was free stays free.
    fn send_one(self: &Arc<Self>) -> bool {
        if self.is_held_in_drill() {
            return false;
        }
        let now = self.parts.seams.clock.now();
        let turn = {
            let mut state = self.flusher.state.lock();
            if state.is_stopped
                || state.paused.is_some()
                || state.in_flight >= self.flusher.pace.flights_max
                || state.breaker.is_held_back(now)
            {
                return false;
            }
            // The three sources take turns, so that none of them starves the others.
            state.turn += 1;
            state.turn
        };
        let flight = (0..3).find_map(|next| match (turn + next) % 3 {
            0 => self.take_urgent(now),
            1 => self.take_parked(now),
            _ => self.take_due(now).or_else(|| self.take_in_the_way()),
        });
        flight.is_some_and(|flight| {
            self.send(flight);
            true
        })
    }
}

/// The flusher is about to run on another thread, or the spawner has dropped the job.
struct Called<K: Key, V: Value>(Arc<Shared<K, V>>);

impl<K: Key, V: Value> Drop for Called<K, V> {
    fn drop(&mut self) {
        self.0.flusher.is_called.store(false, Ordering::SeqCst);
    }
}

/// The flusher's turn, on its way to another thread. If it never gets there (a spawner that drops
/// its jobs), the next reason to run the flusher is the first again.
struct Turn<K: Key, V: Value> {
    shared: Arc<Shared<K, V>>,
    seen: u64,
}

impl<K: Key, V: Value> Turn<K, V> {
    fn go_on(mut self) {
        let seen = std::mem::take(&mut self.seen);
        self.shared.pump_on(seen);
    }
}

impl<K: Key, V: Value> Drop for Turn<K, V> {
    fn drop(&mut self) {
        if self.seen > 0 {
            self.shared.flusher.signals.store(0, Ordering::SeqCst);
            self.shared.arm_next();
            self.shared.drained();
        }
    }
}
