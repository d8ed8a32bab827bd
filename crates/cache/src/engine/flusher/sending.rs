//! Making a batch of what was picked, and giving it to the store.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Batch, BatchId, Done, Key, Value};

use crate::engine::flight::{Flight, Item};
use crate::engine::shared::Shared;
use crate::engine::trampoline;

impl<K: Key, V: Value> Shared<K, V> {
    /// A fresh batch of these writes.
    pub(in crate::engine) fn flight_of(
        &self,
        items: Vec<Item<K, V>>,
        attempt: u32,
    ) -> Option<Flight<K, V>> {
        if items.is_empty() {
            return None;
        }
        let number = self.flight_number();
        let id = BatchId { origin: self.origin, number };
        let mut refs = Vec::with_capacity(items.len());
        let mut ops = Vec::with_capacity(items.len());
        for Item { n, picked } in items {
            refs.push(picked.reference(n));
            ops.push(picked.op);
        }
        let batch = Arc::new(Batch { id, ops });
        let (due, is_sick, took) = (None, false, Duration::ZERO);
        Some(Flight { number, refs, batch, attempt, due, is_sick, took })
    }

    pub(in crate::engine) fn flight_number(&self) -> u64 {
        let mut state = self.flusher.state.lock();
        state.number += 1;
        state.number
    }

    pub(super) fn send(self: &Arc<Self>, flight: Flight<K, V>) {
        let now = self.parts.seams.clock.now();
        let patience = self.flusher.pace.patience(now);
        let took_off = self.flusher.state.lock().took_off(&flight, now, patience);
        if !took_off {
            return self.park_paused(flight);
        }
        self.counters.flights.add(1);
        self.watch();
        self.apply_when_safe(flight);
    }

    pub(in crate::engine) fn apply(self: &Arc<Self>, flight: Flight<K, V>) {
        let batch = Arc::clone(&flight.batch);
        let shared = Arc::clone(self);
        let begun = self.parts.seams.clock.now();
        if self.journal().is_some()
            && let Some(flying) = self.flusher.state.lock().flying.get_mut(&flight.number)
        {
            // It may have waited for the journal, which is not the store's time.
            flying.since = begun;
        }
        let done = Done::call(move |result| {
            trampoline::run(move || {
                let took = shared.parts.seams.clock.now().since(begun).as_micros();
                let counters = &shared.counters;
                counters.batch_writes.add(flight.refs.len() as u64);
                counters.batch_micros.add(u64::try_from(took).unwrap_or(u64::MAX));
                shared.flight_ended(flight, result);
            });
        });
        // A panic drops the `Done`, which answers for the store: `Aborted`, hence `Unknown`.
        let _ = catch_unwind(AssertUnwindSafe(|| self.store().apply(batch, done)));
    }
}
