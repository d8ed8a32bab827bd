//! Flights that failed and wait to be tried again, each for its own writes only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Batch, Error, Key, Moment, Outcome, Value};

use super::flight::{Flight, Ref, fail};
use super::gathering::Gathering;
use crate::engine::flusher::{oldest, room};
use crate::engine::pressure::Room;
use crate::engine::shared::Shared;
use crate::engine::trampoline::caught;
use crate::table::Unsendable;

/// The end of time: a flight that waits until then goes if a caller asks for it, and never of itself.
const NEVER: Moment = Moment(u64::MAX);

#[derive(Debug)]
pub(crate) struct Parking<K, V> {
    flights: BTreeMap<u64, Parked<K, V>>,
    /// The flights that may go, by when.
    schedule: BTreeSet<(Moment, u64)>,
    /// The flights that failed while the store took others, by when they may go.
    sick: BTreeSet<(Moment, u64)>,
    /// All of them, by when the oldest write of each was dirtied; those that are sick apart.
    ages: Ages,
    /// Writes of those that are sick.
    sick_writes: usize,
    /// Room of those that are not.
    room: Room,
}

#[derive(Debug, Default)]
struct Ages {
    well: BTreeSet<(Moment, u64)>,
    sick: BTreeSet<(Moment, u64)>,
}

impl Ages {
    fn of(&mut self, is_sick: bool) -> &mut BTreeSet<(Moment, u64)> {
        if is_sick { &mut self.sick } else { &mut self.well }
    }
}

#[derive(Debug)]
struct Parked<K, V> {
    refs: Vec<Ref>,
    /// The batch, if it can be sent again as it was: then it keeps its id.
    batch: Option<Arc<Batch<K, V>>>,
    attempt: u32,
    due: Moment,
    /// All its entries know that they are in it.
    is_ready: bool,
    /// When the oldest of its writes was dirtied.
    oldest: Option<Moment>,
    /// They failed while the store took others.
    is_sick: bool,
}

impl<K, V> Default for Parking<K, V> {
    fn default() -> Self {
        Self {
            flights: BTreeMap::new(),
            schedule: BTreeSet::new(),
            sick: BTreeSet::new(),
            ages: Ages::default(),
            sick_writes: 0,
            room: Room::default(),
        }
    }
}

impl<K, V> Parking<K, V> {
    /// A flight is to go now.
    pub(in crate::engine) fn kick(&mut self, number: u64, now: Moment) {
        let Some(parked) = self.flights.get_mut(&number) else { return };
        if parked.due > now {
            if parked.is_ready {
                let schedule = if parked.is_sick { &mut self.sick } else { &mut self.schedule };
                schedule.remove(&(parked.due, number));
                schedule.insert((now, number));
            }
            parked.due = now;
        }
    }

    pub(in crate::engine) fn kick_all(&mut self, now: Moment) {
        let numbers: Vec<u64> = self.flights.keys().copied().collect();
        for number in numbers {
            self.kick(number, now);
        }
    }

    /// When the next one is to go, if sick ones may from `sick_from` on; `None` is not now.
    pub(in crate::engine) fn next_due(&self, sick_from: Option<Moment>) -> Option<Moment> {
        let well = self.schedule.first().map(|(due, _)| *due);
        let sick = sick_from.and_then(|from| self.sick.first().map(|(due, _)| from.max(*due)));
        well.into_iter().chain(sick).min().filter(|due| *due != NEVER)
    }

    /// All writes that wait for a back-off.
    pub(in crate::engine) fn refs(&self) -> impl Iterator<Item = &Ref> {
        self.flights.values().flat_map(|parked| &parked.refs)
    }

    /// The room of those that the store may take when it is back: not of those that it has failed by themselves.
    pub(in crate::engine) fn room(&self) -> Room {
        self.room
    }

    /// When the oldest of them was dirtied; of all, or of those that the store has not failed by themselves.
    pub(in crate::engine) fn oldest(&self, is_all: bool) -> Option<Moment> {
        let sick = self.ages.sick.first().filter(|_| is_all);
        self.ages.well.first().into_iter().chain(sick).map(|(oldest, _)| *oldest).min()
    }

    /// It waits, but may not be taken before it is [`ready`](Self::ready).
    fn keep(&mut self, number: u64, parked: Parked<K, V>) {
        if let Some(oldest) = parked.oldest {
            self.ages.of(parked.is_sick).insert((oldest, number));
        }
        if parked.is_sick {
            self.sick_writes += parked.refs.len();
        } else {
            self.room.add(room(&parked.refs));
        }
        self.flights.insert(number, parked);
    }

    /// How many writes fail while the store takes others.
    pub(in crate::engine) fn sick_writes(&self) -> usize {
        self.sick_writes
    }

    /// How many writes of sick flights were dirtied at a moment that `is_counted` accepts.
    pub(in crate::engine) fn sick(&self, is_counted: impl Fn(Moment) -> bool) -> usize {
        let sick = self.flights.values().filter(|parked| parked.is_sick);
        sick.flat_map(|parked| &parked.refs).filter(|item| is_counted(item.dirtied_at)).count()
    }

    fn ready(&mut self, number: u64) {
        if let Some(parked) = self.flights.get_mut(&number) {
            parked.is_ready = true;
            let schedule = if parked.is_sick { &mut self.sick } else { &mut self.schedule };
            schedule.insert((parked.due, number));
        }
    }

    /// Takes a write that is not to be stored any more out of its flight, so that it does not count as the oldest. The batch
    /// that had it is no more, and is dropped under no lock.
    fn leave(&mut self, number: u64, (n, at): (usize, u32)) -> Option<Arc<Batch<K, V>>> {
        let (_, mut parked) = self.take(number)?;
        let batch = parked.batch.take();
        parked.refs.retain(|item| (item.n, item.at) != (n, at));
        if !parked.refs.is_empty() {
            let (oldest, is_ready) = (oldest(&parked.refs), parked.is_ready);
            self.keep(number, Parked { oldest, ..parked });
            if is_ready {
                self.ready(number);
            }
        }
        batch
    }

    fn take_due(&mut self, now: Moment, may_sick: bool) -> Option<(u64, Parked<K, V>)> {
        let sick = self.sick.first().filter(|_| may_sick);
        let (due, number) = self.schedule.first().into_iter().chain(sick).min().copied()?;
        if due > now { None } else { self.take(number) }
    }

    /// The one that was parked before all others. Each gets a new number whenever it is parked, so all of
    /// them have their turn.
    /// None that was parked after `newest`: what cannot be sent is parked again at once.
    fn take_oldest(&mut self, newest: u64) -> Option<(u64, Parked<K, V>)> {
        let may_go = |parked: &Parked<K, V>| parked.is_ready && parked.due != NEVER;
        let (number, _) = self.flights.range(..=newest).find(|(_, parked)| may_go(parked))?;
        self.take(*number)
    }

    fn take(&mut self, number: u64) -> Option<(u64, Parked<K, V>)> {
        let parked = self.flights.remove(&number)?;
        if let Some(oldest) = parked.oldest {
            self.ages.of(parked.is_sick).remove(&(oldest, number));
        }
        if parked.is_sick {
            self.sick_writes -= parked.refs.len();
        } else {
            self.room.subtract(room(&parked.refs));
        }
        let schedule = if parked.is_sick { &mut self.sick } else { &mut self.schedule };
        schedule.remove(&(parked.due, number));
        Some((number, parked))
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// After so many attempts together the writes of a batch are tried in smaller batches.
    const ATTEMPTS_TOGETHER: u32 = 3;

    /// The writes that are left of a flight wait for their back-off.
    pub(in crate::engine) fn park(self: &Arc<Self>, flight: Flight<K, V>, left: &[(Ref, Error)]) {
        if left.is_empty() {
            return;
        }
        let is_all = left.len() == flight.refs.len();
        if let Some(due) = flight.due {
            let batch = is_all.then_some(flight.batch);
            return self.park_probe(left, batch, flight.attempt, due);
        }
        let due = self.parts.seams.clock.now().after(self.pause(&flight));
        let attempt = flight.attempt.saturating_add(1);
        if flight.attempt >= Self::ATTEMPTS_TOGETHER && left.len() > 1 {
            let (first, second) = left.split_at(left.len() / 2);
            self.park_part(first, None, attempt, due, flight.number);
            self.park_part(second, None, attempt, due, flight.number);
        } else {
            let batch = is_all.then_some(flight.batch);
            self.park_part(left, batch, attempt, due, flight.number);
        }
    }

    /// The store was asked whether it is back; that was no attempt of these writes, which keep their time. If
    /// the store has been heard of meanwhile, or everything is to be tried, they need not wait for it.
    fn park_probe(
        self: &Arc<Self>,
        left: &[(Ref, Error)],
        batch: Option<Arc<Batch<K, V>>>,
        attempt: u32,
        due: Moment,
    ) {
        let number = self.park_part(left, batch, attempt, due, 0);
        let now = self.parts.seams.clock.now();
        let mut state = self.flusher.state.lock();
        if !state.breaker.is_down() {
            state.parking.kick(number, now);
        }
    }

    /// The rest of an atomic batch in which another write was refused: it goes again at once, and
    /// this was no attempt of its own.
    pub(in crate::engine) fn park_innocent(
        self: &Arc<Self>,
        flight: &Flight<K, V>,
        left: &[(Ref, Error)],
    ) {
        if !left.is_empty() {
            let now = self.parts.seams.clock.now();
            self.park_part(left, None, flight.attempt, now, 0);
        }
    }

    /// A batch that never got to the store goes again later, as it is: that was no attempt. Where nothing can be stored
    /// any more it would never get there: it goes when a caller asks, who is told so, but not of itself.
    pub(in crate::engine) fn park_unsent(self: &Arc<Self>, flight: Flight<K, V>, cause: &Error) {
        let left: Vec<_> = flight.refs.iter().map(|item| (*item, cause.clone())).collect();
        if self.has_failed_journal() {
            self.park_part(&left, Some(flight.batch), flight.attempt, NEVER, flight.number);
            // After that, because from then on a caller that comes is told at once.
            return self.fail_waiting(&left, cause);
        }
        if let Some(due) = flight.due {
            return self.park_probe(&left, Some(flight.batch), flight.attempt, due);
        }
        let due = self.parts.seams.clock.now().after(self.pause(&flight));
        self.park_part(&left, Some(flight.batch), flight.attempt, due, flight.number);
    }

    /// A pause has begun before a batch got to the store: it goes when that ends, and that was no attempt.
    pub(in crate::engine) fn park_paused(self: &Arc<Self>, flight: Flight<K, V>) {
        let cause = Error::unavailable("writing to the store is paused");
        let left: Vec<_> = flight.refs.iter().map(|item| (*item, cause.clone())).collect();
        let due = flight.due.unwrap_or_else(|| self.parts.seams.clock.now());
        self.park_part(&left, Some(flight.batch), flight.attempt, due, 0);
    }

    /// A write that cannot even be copied, and that quarantine has no room for, waits for a back-off of its own,
    /// where it holds up no other write (G8).
    pub(in crate::engine) fn park_unsendable(self: &Arc<Self>, n: usize, write: Unsendable) {
        let Unsendable { at, version, dirtied_at, tries, cause } = write;
        let item = Ref { n, at, version, is_through: false, dirtied_at, weight: 0 };
        let attempt = tries.saturating_add(1);
        let due = self.parts.seams.clock.now().after(self.back_off(attempt));
        let flight = self.flight_number();
        self.park_part(&[(item, cause)], None, attempt.saturating_add(1), due, flight);
    }

    /// A batch that was refused as a whole goes again in halves, at once.
    pub(in crate::engine) fn split(
        self: &Arc<Self>,
        flight: &Flight<K, V>,
        outcomes: Vec<Outcome>,
    ) {
        let causes = outcomes.into_iter().filter_map(|outcome| outcome.into_result().err());
        let left: Vec<_> = flight.refs.iter().copied().zip(causes).collect();
        let (first, second) = left.split_at(left.len() / 2);
        let now = self.parts.seams.clock.now();
        self.park_part(first, None, flight.attempt, now, 0);
        self.park_part(second, None, flight.attempt, now, 0);
    }

    fn park_part(
        self: &Arc<Self>,
        left: &[(Ref, Error)],
        batch: Option<Arc<Batch<K, V>>>,
        attempt: u32,
        due: Moment,
        flight: u64,
    ) -> u64 {
        let number = self.flight_number();
        let refs: Vec<Ref> = left.iter().map(|(item, _)| *item).collect();
        let oldest = oldest(&refs);
        let mut state = self.flusher.state.lock();
        // The first failure may be the store's. A second one, while others were taken, is its own.
        let is_sick = attempt > 2 && !state.is_silent(self.parts.seams.clock.now());
        let parked = Parked { refs, batch, attempt, due, is_ready: false, oldest, is_sick };
        state.parking.keep(number, parked);
        drop(state);
        let mut spots = Vec::new();
        for (item, cause) in left {
            self.step(item.n, |shard, effects| {
                fail(shard, item, cause, flight, number, effects);
                spots.extend(shard.print(item.at).map(|print| (item.n, print.bits())));
            });
        }
        // Only now may it be taken: every entry knows that it is in it.
        self.flusher.state.lock().parking.ready(number);
        // The store works on it no more, so a writer that overwrites it takes its place, and needs its growth only.
        self.budget.recall(&spots);
        number
    }

    /// An entry of a shard is in its parked flight no more.
    pub(in crate::engine) fn leave_flight(&self, number: u64, n: usize, at: u32) {
        let batch = self.flusher.state.lock().parking.leave(number, (n, at));
        caught(|| drop(batch));
    }

    /// What a flight that was taken has no place for stays in it, as if it had not been taken.
    fn leave_parked(&self, number: u64, parked: Parked<K, V>, now: Moment) {
        let mut state = self.flusher.state.lock();
        // A caller that wanted it to go at once has not found it.
        let due = if state.breaker.is_down() { parked.due } else { parked.due.min(now) };
        state.parking.keep(number, Parked { due, ..parked });
        state.parking.ready(number);
    }

    /// The parked flight that is to go now, if there is one, and its own time if that has not come: while
    /// the store is down the next one goes before it, as a probe.
    fn next_parked(&self, now: Moment, newest: u64) -> Option<(u64, Parked<K, V>, Option<Moment>)> {
        let mut state = self.flusher.state.lock();
        let may_sick = state.sick_from().is_some_and(|from| from <= now);
        if let Some((number, parked)) = state.parking.take_due(now, may_sick) {
            return Some((number, parked, None));
        }
        if !state.breaker.is_down() {
            return None;
        }
        let (number, parked) = state.parking.take_oldest(newest)?;
        state.breaker.probed(now.after(self.flusher.pace.probe_delay_max));
        let due = parked.due;
        Some((number, parked, Some(due)))
    }

    /// Takes a parked flight that is to go. Writes that have been overwritten meanwhile go in their
    /// newest version, so only an unchanged batch is the same batch.
    pub(in crate::engine) fn take_parked(self: &Arc<Self>, now: Moment) -> Option<Flight<K, V>> {
        let newest = self.flusher.state.lock().number;
        loop {
            let (number, parked, due) = self.next_parked(now, newest)?;
            let mut gathering = Gathering::new(&self.flusher.pace);
            let mut rest = Vec::new();
            for item in &parked.refs {
                if gathering.is_full() {
                    // They have grown.
                    rest.push(*item);
                    continue;
                }
                let picked = self.step(item.n, |shard, effects| {
                    if !shard.unpark(item.at, number) {
                        return None;
                    }
                    if shard.next_kind(item.at) == Some(false) {
                        return shard.pick_caught(item.at, &self.budget, effects);
                    }
                    shard.release(item.at, effects);
                    None
                });
                if let Some(picked) = picked {
                    gathering.push(item.n, picked);
                }
            }
            if !rest.is_empty() {
                let oldest = oldest(&rest);
                let left = Parked { refs: rest, batch: None, is_ready: false, oldest, ..parked };
                self.leave_parked(number, left, now);
            }
            let items = gathering.items;
            let is_same = items.len() == parked.refs.len()
                && items
                    .iter()
                    .zip(&parked.refs)
                    .all(|(now, then)| now.picked.op.version == then.version);
            if let Some(batch) = parked.batch.filter(|_| is_same) {
                let refs = items.iter().map(|item| item.picked.reference(item.n)).collect();
                let number = self.flight_number();
                let (attempt, is_sick) = (parked.attempt, parked.is_sick);
                let (took, is_group) = (Duration::ZERO, false);
                return Some(Flight { number, refs, batch, attempt, due, is_sick, took, is_group });
            }
            if let Some(flight) = self.flight_of(items, parked.attempt) {
                return Some(Flight { due, is_sick: parked.is_sick, ..flight });
            }
        }
    }

    /// How long the writes of a failed flight wait. With a promise: while nothing has been heard of the store
    /// since something failed, it may be the store that was away, so they wait no longer than a probe does. And
    /// what fails while the store takes others has a place for a fifth of the time at most, however long it
    /// holds it.
    fn pause(&self, flight: &Flight<K, V>) -> Duration {
        let pause = self.back_off(flight.attempt);
        let pace = &self.flusher.pace;
        if pace.promised.is_none() {
            return pause;
        }
        let now = self.parts.seams.clock.now();
        if self.flusher.state.lock().is_silent(now) {
            return pause.min(pace.probe_delay_max);
        }
        // The first failure may be chance, and the time that of the others in the batch.
        if flight.attempt > 1 { pause.max(flight.took.saturating_mul(4)) } else { pause }
    }

    /// Exponential, with jitter over its upper half, between the settings' bounds.
    pub(in crate::engine) fn back_off(&self, attempt: u32) -> Duration {
        let settings = &self.parts.settings;
        let doubled =
            settings.retry_delay_min.saturating_mul(1 << attempt.min(20).saturating_sub(1));
        let delay = doubled.min(settings.retry_delay_max);
        let half = delay / 2;
        let nanos = u64::try_from(half.as_nanos()).unwrap_or(u64::MAX).max(1);
        half + Duration::from_nanos(self.parts.seams.random.next_u64() % nanos)
    }
}

#[cfg(test)]
mod tests;
