//! What goes at once: somebody waits for it.

use std::collections::VecDeque;
use std::sync::Arc;

use forebay_store::{Key, Moment, Value};

use super::state::Urgent;
use crate::engine::shared::Shared;
use crate::engine::storing::{Flight, Gathering};
use crate::table::Company;

impl<K: Key, V: Value> Shared<K, V> {
    /// Entries of shard `n` want the flusher now, and so do these parked flights.
    pub(in crate::engine) fn note_hurry(
        self: &Arc<Self>,
        n: usize,
        urgent: &[u32],
        kicked: &[u64],
    ) {
        if !urgent.is_empty() {
            self.flusher.urgent.lock().extend(urgent.iter().map(|at| Urgent::Entry(n, *at)));
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
            let next = {
                let mut urgent = self.flusher.urgent.lock();
                match urgent.front() {
                    // It stays where a close finds it.
                    Some(Urgent::Group(_)) if !gathering.items.is_empty() => break,
                    _ => urgent.pop_front(),
                }
            };
            let (n, at) = match next {
                Some(Urgent::Entry(n, at)) => (n, at),
                Some(Urgent::Group(flight)) => {
                    let number = self.flight_number();
                    return Some(Flight { number, ..*flight });
                }
                None => break,
            };
            let kind = gathering.items.first().map(|item| item.picked.is_through);
            let picked = self.step(n, |shard, effects| {
                let Some(work) = shard.work_mut(at).filter(|work| work.is_urgent()) else {
                    return Ok(None);
                };
                let is_alone = work.through().is_some_and(|write| write.company == Company::None);
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
                    self.flusher.urgent.lock().push_front(Urgent::Entry(n, at));
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

    /// A group goes as soon as there is a place for it.
    pub(in crate::engine) fn hurry_group(self: &Arc<Self>, flight: Flight<K, V>) {
        self.flusher.urgent.lock().push_back(Urgent::Group(Box::new(flight)));
        // A close that has reported since it was accepted has not found it.
        let is_stopped = self.flusher.state.lock().is_stopped;
        if is_stopped { self.ground_groups() } else { self.pump() }
    }

    /// Takes out the groups that have not gone.
    pub(in crate::engine) fn take_groups(&self) -> Vec<Flight<K, V>> {
        let mut urgent = self.flusher.urgent.lock();
        let (groups, rest) = std::mem::take(&mut *urgent)
            .into_iter()
            .partition::<VecDeque<_>, _>(|next| matches!(next, Urgent::Group(_)));
        *urgent = rest;
        drop(urgent);
        let flight = |next| match next {
            Urgent::Group(flight) => Some(*flight),
            Urgent::Entry(..) => None,
        };
        groups.into_iter().filter_map(flight).collect()
    }
}
