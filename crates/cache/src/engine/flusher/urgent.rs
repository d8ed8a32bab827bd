//! What goes at once: somebody waits for it.

use std::sync::Arc;

use forebay_store::{Key, Moment, Value};

use crate::engine::flight::Flight;
use crate::engine::gathering::Gathering;
use crate::engine::shared::Shared;

impl<K: Key, V: Value> Shared<K, V> {
    /// Entries of shard `n` want the flusher now, and so do these parked flights.
    pub(in crate::engine) fn note_hurry(
        self: &Arc<Self>,
        n: usize,
        urgent: &[u32],
        kicked: &[u64],
    ) {
        if !urgent.is_empty() {
            self.flusher.urgent.lock().extend(urgent.iter().map(|at| (n, *at)));
        }
        if !kicked.is_empty() {
            let now = self.parts.seams.clock.now();
            let mut state = self.flusher.state.lock();
            state.sick_after = now;
            for number in kicked {
                state.parking.kick(*number, now);
            }
        }
    }

    pub(super) fn take_urgent(self: &Arc<Self>, now: Moment) -> Option<Flight<K, V>> {
        let mut gathering = Gathering::new(&self.flusher.pace);
        while !gathering.is_full() {
            let Some((n, at)) = self.flusher.urgent.lock().pop_front() else { break };
            let kind = gathering.items.first().map(|item| item.picked.is_through);
            let picked = self.step(n, |shard, effects| {
                let Some(work) = shard.work_mut(at).filter(|work| work.is_urgent()) else {
                    return Ok(None);
                };
                let is_alone = work.through().is_some_and(|write| write.is_alone);
                let next = shard.next_kind(at);
                // Through and behind never share a batch, so that neither gets the other's errors.
                let is_other = next.is_some() && kind.is_some() && next != kind;
                if is_other || (is_alone && next == Some(true) && kind.is_some()) {
                    return Err(());
                }
                if let Some(work) = shard.work_mut(at) {
                    work.set_urgent(false);
                }
                let picked = shard.pick_caught(at, &self.budget, effects);
                Ok(picked.map(|picked| (picked, is_alone)))
            });
            match picked {
                Ok(None) => {}
                Ok(Some((picked, is_alone))) => {
                    let is_last = picked.is_through && is_alone;
                    gathering.push(n, picked);
                    if is_last {
                        break;
                    }
                }
                Err(()) => {
                    self.flusher.urgent.lock().push_front((n, at));
                    break;
                }
            }
        }
        if gathering.items.first().is_some_and(|item| !item.picked.is_through) {
            // Who waits takes no place from what is due: both go.
            self.gather_oldest(&mut gathering, now);
        }
        self.flight_of(gathering.items, 1)
    }
}
