//! The flusher: what goes to the store, and when. It has no thread of its own; whoever gives it a
//! reason runs it, one at a time.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use forebay_store::{Batch, BatchId, Capabilities, Done, Key, Moment, Value};

use super::flight::{Flight, Item, Ref};
use super::parked::Parking;
use super::shared::Shared;
use super::trampoline;
use crate::settings::Settings;

#[derive(Debug)]
pub(crate) struct Flusher<K, V> {
    pub(super) state: Mutex<State<K, V>>,
    /// Entries that want to be stored now: who waits for them has been told nothing yet.
    urgent: Mutex<VecDeque<(usize, u32)>>,
    /// Reasons to run that nobody has seen to yet.
    signals: AtomicU64,
    /// When the earliest timer is due; `u64::MAX` if none is set.
    armed: AtomicU64,
    /// It is about to run on another thread.
    is_called: AtomicBool,
    flights_max: usize,
    pub(super) batch_max: usize,
    pub(super) is_atomic: bool,
}

#[derive(Debug)]
pub(crate) struct State<K, V> {
    pub(crate) in_flight: usize,
    pub(crate) number: u64,
    pub(crate) is_stopped: bool,
    pub(super) parking: Parking<K, V>,
    /// First attempts that failed as a whole since one succeeded.
    pub(super) failures: u32,
    /// While the store fails, nothing new is sent before then.
    pub(super) retry_at: Moment,
    /// The writes of each flight.
    pub(super) flying: BTreeMap<u64, Vec<Ref>>,
    turn: usize,
    shard: usize,
}

impl<K, V> Flusher<K, V> {
    pub(crate) fn new(capabilities: &Capabilities, settings: &Settings) -> Self {
        Self {
            state: Mutex::new(State {
                in_flight: 0,
                number: 0,
                is_stopped: false,
                parking: Parking::default(),
                failures: 0,
                retry_at: Moment::default(),
                flying: BTreeMap::new(),
                turn: 0,
                shard: 0,
            }),
            urgent: Mutex::default(),
            signals: AtomicU64::new(0),
            armed: AtomicU64::new(u64::MAX),
            is_called: AtomicBool::new(false),
            flights_max: settings.flushes_in_flight_max.min(capabilities.concurrency).max(1),
            batch_max: settings.batch_ops_max.min(capabilities.batch_ops_max).max(1),
            is_atomic: capabilities.atomic_batch,
        }
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// Batches sent by one call before the rest is handed to another thread.
    const ROUNDS_MAX: usize = 8;
    /// After so many failed first attempts in a row the store is taken to be down.
    pub(super) const FAILURES_MAX: u32 = 3;

    /// Entries of shard `n` want the flusher now, and so do these parked flights.
    pub(super) fn note_hurry(self: &Arc<Self>, n: usize, urgent: &[u32], kicked: &[u64]) {
        if !urgent.is_empty() {
            self.flusher.urgent.lock().extend(urgent.iter().map(|at| (n, *at)));
        }
        if !kicked.is_empty() {
            let now = self.parts.seams.clock.now();
            let mut state = self.flusher.state.lock();
            for number in kicked {
                state.parking.kick(*number, now);
            }
        }
    }

    /// Something was dirtied: there is to be a timer for it, or no waiting if room grows scarce.
    pub(crate) fn flush_later(self: &Arc<Self>, now: Moment) {
        if self.budget.is_pressed() {
            return self.flush_now();
        }
        let due = now.after(self.parts.settings.flush_delay);
        if self.flusher.armed.load(Ordering::SeqCst) > due.0 {
            self.arm(now, due);
        }
    }

    /// Holds the flusher while `step` gives it many reasons to run, then runs it for all of them.
    pub(super) fn pump_after(self: &Arc<Self>, step: impl FnOnce()) {
        let is_first = self.flusher.signals.fetch_add(1, Ordering::SeqCst) == 0;
        let turn = is_first.then(|| Turn { shared: Arc::clone(self), seen: 1 });
        step();
        if let Some(turn) = turn {
            turn.go_on();
        }
    }

    /// Whether nobody runs the flusher, and nothing is with the store.
    pub(super) fn is_flusher_idle(&self) -> bool {
        self.flusher.signals.load(Ordering::SeqCst) == 0 && self.flusher.state.lock().in_flight == 0
    }

    /// Runs the flusher on another thread, if it has a place for another batch and has not been
    /// called already. The end of a flight runs it anyway.
    pub(crate) fn flush_now(self: &Arc<Self>) {
        let is_full = self.flusher.state.lock().in_flight >= self.flusher.flights_max;
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
        let now = self.parts.seams.clock.now();
        let turn = {
            let mut state = self.flusher.state.lock();
            if state.is_stopped
                || state.in_flight >= self.flusher.flights_max
                || Self::is_held_back(&state, now)
            {
                return false;
            }
            // The three sources take turns, so that none of them starves the others.
            state.turn += 1;
            state.turn
        };
        let flight = (0..3).find_map(|next| match (turn + next) % 3 {
            0 => self.take_urgent(),
            1 => self.take_parked(now),
            _ => self.take_due(now),
        });
        flight.is_some_and(|flight| {
            self.send(flight);
            true
        })
    }

    /// While the store is down one probe at a time is enough.
    fn is_held_back(state: &State<K, V>, now: Moment) -> bool {
        state.failures >= Self::FAILURES_MAX && (state.in_flight > 0 || now < state.retry_at)
    }

    fn take_urgent(self: &Arc<Self>) -> Option<Flight<K, V>> {
        let mut items: Vec<Item<K, V>> = Vec::new();
        while items.len() < self.flusher.batch_max {
            let Some((n, at)) = self.flusher.urgent.lock().pop_front() else { break };
            let kind = items.first().map(|item| item.picked.is_through);
            let picked = self.step(n, |shard, effects| {
                let Some(work) = shard.work_mut(at).filter(|work| work.urgent) else {
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
                    work.urgent = false;
                }
                let picked = shard.pick_caught(at, &self.budget, effects);
                Ok(picked.map(|picked| (picked, is_alone)))
            });
            match picked {
                Ok(None) => {}
                Ok(Some((picked, is_alone))) => {
                    let is_last = picked.is_through && is_alone;
                    items.push(Item { n, picked });
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
        self.flight_of(items, 1)
    }

    fn take_due(self: &Arc<Self>, now: Moment) -> Option<Flight<K, V>> {
        let is_pressed = self.budget.is_pressed();
        let delay = self.parts.settings.flush_delay;
        let is_due = |dirtied_at: Moment| is_pressed || dirtied_at.after(delay) <= now;
        let shards = self.cells.len();
        let first = self.flusher.state.lock().shard;
        let mut items = Vec::new();
        for n in (0..shards).map(|next| (first + next) % shards) {
            let hint = self.cells[n].due.load(Ordering::SeqCst);
            if hint == u64::MAX || (hint != 0 && !is_due(Moment(hint - 1))) {
                continue;
            }
            let room = self.flusher.batch_max - items.len();
            if room == 0 {
                break;
            }
            // The next batch begins behind the shard that filled this one.
            self.flusher.state.lock().shard = (n + 1) % shards;
            self.step(n, |shard, effects| {
                let pick = || shard.pick_dirty(is_due, &self.budget, effects);
                let picks = std::iter::from_fn(pick).take(room);
                items.extend(picks.map(|picked| Item { n, picked }));
            });
        }
        self.flight_of(items, 1)
    }

    /// A fresh batch of these writes.
    pub(super) fn flight_of(&self, items: Vec<Item<K, V>>, attempt: u32) -> Option<Flight<K, V>> {
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
        Some(Flight { number, refs, batch: Arc::new(Batch { id, ops }), attempt })
    }

    pub(super) fn flight_number(&self) -> u64 {
        let mut state = self.flusher.state.lock();
        state.number += 1;
        state.number
    }

    fn send(self: &Arc<Self>, flight: Flight<K, V>) {
        self.counters.flights.add(1);
        {
            let mut state = self.flusher.state.lock();
            state.in_flight += 1;
            state.flying.insert(flight.number, flight.refs.clone());
        }
        self.apply_when_safe(flight);
    }

    pub(super) fn apply(self: &Arc<Self>, flight: Flight<K, V>) {
        let batch = Arc::clone(&flight.batch);
        let shared = Arc::clone(self);
        let done = Done::call(move |result| {
            trampoline::run(move || shared.flight_ended(flight, result));
        });
        // A panic drops the `Done`, which answers for the store: `Aborted`, hence `Unknown`.
        let _ = catch_unwind(AssertUnwindSafe(|| self.store().apply(batch, done)));
    }

    /// Sets a timer for whatever is due next.
    fn arm_next(self: &Arc<Self>) {
        let delay = self.parts.settings.flush_delay;
        let hints = self.cells.iter().map(|cell| cell.due.load(Ordering::SeqCst));
        let dirty = hints.filter(|hint| *hint != u64::MAX).min();
        // Zero: the head is due by a mark, whenever it was dirtied.
        let now = self.parts.seams.clock.now();
        let dirty = dirty.map(|hint| hint.checked_sub(1).map_or(now, |at| Moment(at).after(delay)));
        let next = {
            let state = self.flusher.state.lock();
            if state.is_stopped || state.in_flight >= self.flusher.flights_max {
                // The end of a flight runs the flusher again; a stopped one has nothing to do.
                return;
            }
            let urgent = (!self.flusher.urgent.lock().is_empty()).then_some(now);
            let due = [urgent, dirty, state.parking.next_due()];
            let due = due.into_iter().flatten().min();
            if state.failures < Self::FAILURES_MAX {
                due
            } else if state.in_flight > 0 {
                return;
            } else {
                due.map(|due| due.max(state.retry_at))
            }
        };
        if let Some(next) = next {
            self.arm(now, next);
        }
    }

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
