//! Making a batch of what was picked, and giving it to the store.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Batch, BatchId, Done, Edit, Key, Outcome, Result, Value, WriteOp};

use crate::engine::shared::Shared;
use crate::engine::storing::{Flight, Item};
use crate::engine::telling::traced::Span;
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
        let (due, is_sick, took, is_group) = (None, false, Duration::ZERO, false);
        Some(Flight { number, refs, batch, attempt, due, is_sick, took, is_group })
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
        let span = Span::batch(
            flight.number,
            flight.refs.len(),
            flight.attempt,
            flight.refs.first().is_some_and(|item| item.is_through),
            || self.bytes_of(&batch),
        );
        let call = span.clone();
        let done = Done::call(move |result: Result<Vec<Outcome>>| {
            trampoline::run(move || {
                let took = shared.parts.seams.clock.now().since(begun).as_micros();
                let took = u64::try_from(took).unwrap_or(u64::MAX);
                let counters = &shared.counters;
                counters.batch_writes.add(flight.refs.len() as u64);
                counters.batch_micros.add(took);
                span.batch_ended(result.as_deref().ok(), took);
                shared.flight_ended(flight, result);
            });
        });
        // A panic drops the `Done`, which answers for the store: `Aborted`, hence `Unknown`.
        let _ = catch_unwind(AssertUnwindSafe(|| call.run(|| self.store().apply(batch, done))));
    }

    /// What the keys and values of a batch weigh. The weigher is foreign code.
    fn bytes_of(&self, batch: &Batch<K, V>) -> u64 {
        let weight = |op: &WriteOp<K, V>| {
            let Edit::Put { value, .. } = &op.edit else { return Self::weigh_absence().into() };
            u64::from(self.weigh(&op.key, value))
        };
        batch.ops.iter().map(weight).sum()
    }
}
