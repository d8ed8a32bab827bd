//! Loading: one load a key however many wait, and keys gathered into batches while all of the
//! store's places are taken, or within a [window](super::window).

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::Clock;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicUsize, Ordering};
use forebay_store::{Capabilities, Done, Error, ErrorKind, Key, Op, Result, Value};

use super::load_breaker::{LoadBreaker, Pass};
use crate::engine::cells::Missed;
use crate::engine::shared::Shared;
use crate::engine::telling::traced::Span;
use crate::engine::trampoline::{self, caught};
use crate::get::Get;
use crate::table::{Cut, Ended, Held, Joined, Keep, Load, Read, closed};

/// So many keys go to the store in one load at most: others of the batch are answered no sooner than all of it, and
/// further ones may go beside it.
const LOADED_AT_ONCE: usize = 1024;

/// An engine that is to live on.
pub(in crate::engine) type Keeper = Arc<dyn Any + Send + Sync>;

/// What waits to be loaded.
#[derive(Debug)]
pub(crate) struct Loads<K, V> {
    pub(in crate::engine) state: Mutex<State<K, V>>,
    /// How long a miss waits for company. Zero: it does not.
    pub(in crate::engine) window: Duration,
    in_flight_max: usize,
    pub(in crate::engine) batch_max: usize,
    /// Callers who wait for a load, each of whom holds a place.
    waiting: AtomicUsize,
    waiting_max: usize,
}

#[derive(Debug)]
pub(in crate::engine) struct State<K, V> {
    pub(in crate::engine) queue: VecDeque<Request<K, V>>,
    /// What has been asked for and waits for company.
    pub(in crate::engine) gathered: Vec<Request<K, V>>,
    /// There is a timer for it.
    pub(in crate::engine) has_window: bool,
    /// Keeps the engine for those who wait for its end.
    pub(in crate::engine) keeper: Option<Keeper>,
    /// Windows that have ended.
    pub(in crate::engine) windows: u64,
    /// What is asked for again, for nobody in particular: it goes when nothing else does.
    pub(in crate::engine) refreshes: VecDeque<Request<K, V>>,
    /// Those, and the ones that are with the store.
    pub(in crate::engine) refreshing: usize,
    in_flight: usize,
    /// Calls of the store that have not returned, answered or not, and batches that are being answered or refused.
    issuing: usize,
    pub(in crate::engine) breaker: LoadBreaker,
}

#[derive(Debug)]
pub(in crate::engine) struct Request<K, V> {
    pub(in crate::engine) key: K,
    pub(in crate::engine) hash: u64,
    n: usize,
    at: u32,
    pub(in crate::engine) load: Arc<Load<V>>,
    /// Its batch failed as a whole: it goes alone now, so that the culprit is found.
    is_alone: bool,
    /// It has a place among the refreshes.
    pub(in crate::engine) is_refresh: bool,
}

impl<K, V> State<K, V> {
    /// A call has left its place to the next, which may come from who is answered now.
    pub(in crate::engine) fn call_ended(&mut self) {
        self.in_flight -= 1;
        self.issuing += 1;
    }
}

/// A batch, and how it goes. Or why it does not.
struct Going<K, V> {
    batch: Vec<Request<K, V>>,
    pass: Result<Pass>,
}

impl<K, V> Loads<K, V> {
    pub(crate) fn new(capabilities: &Capabilities, waiting_max: usize, window: Duration) -> Self {
        Self {
            state: Mutex::new(State {
                queue: VecDeque::new(),
                gathered: Vec::new(),
                has_window: false,
                keeper: None,
                windows: 0,
                refreshes: VecDeque::new(),
                refreshing: 0,
                in_flight: 0,
                issuing: 0,
                breaker: LoadBreaker::default(),
            }),
            window,
            in_flight_max: capabilities.concurrency.max(1),
            batch_max: capabilities.batch_ops_max.clamp(1, LOADED_AT_ONCE),
            waiting: AtomicUsize::new(0),
            waiting_max,
        }
    }

    /// Whether no load is with the store, nor about to be.
    pub(crate) fn is_idle(&self) -> bool {
        let state = self.state.lock();
        state.in_flight == 0 && state.issuing == 0
    }

    /// Takes a place among those who wait, if there is one.
    pub(in crate::engine) fn take_waiter(&self) -> Option<Place<'_>> {
        let has_place = self.waiting.fetch_add(1, Ordering::Relaxed) < self.waiting_max;
        let place = Place(&self.waiting);
        has_place.then_some(place)
    }

    /// So many waiters have been answered.
    pub(crate) fn answered(&self, waiters: usize) {
        if waiters > 0 {
            self.waiting.fetch_sub(waiters, Ordering::Relaxed);
        }
    }

    /// So many keys go in one call, and may wait for it.
    pub(in crate::engine) fn together_max(&self) -> usize {
        self.batch_max.min(self.waiting_max)
    }

    /// Refreshes are taken when nobody waits for a load, and leave a place for who will.
    fn next_refreshes(&self, state: &mut State<K, V>) -> Option<Vec<Request<K, V>>> {
        if state.refreshes.is_empty() || state.in_flight >= (self.in_flight_max - 1).max(1) {
            return None;
        }
        let many = state.refreshes.len().min(self.batch_max);
        Some(state.refreshes.drain(..many).collect())
    }

    /// Takes the next batch, if the store has a place for it, or it is not to go there.
    fn next(&self, may: Result<()>, clock: &dyn Clock, patience: Duration) -> Option<Going<K, V>> {
        let mut state = self.state.lock();
        let has_place = state.in_flight < self.in_flight_max;
        if !has_place && may.is_ok() && !state.breaker.is_open() {
            return None;
        }
        let batch = self.next_batch(&mut state)?;
        let keys = batch.iter().map(|request| request.hash);
        let breaker = &mut state.breaker;
        let pass = may.and_then(|()| breaker.pass(keys, has_place, || clock.now(), patience));
        state.issuing += 1;
        state.in_flight += usize::from(pass.is_ok());
        Some(Going { batch, pass })
    }

    fn next_batch(&self, state: &mut State<K, V>) -> Option<Vec<Request<K, V>>> {
        let Some(first) = state.queue.pop_front() else {
            return self.next_refreshes(state);
        };
        let mut batch = vec![first];
        while !batch[0].is_alone && batch.len() < self.batch_max {
            if state.queue.front().is_none_or(|request| request.is_alone) {
                break;
            }
            batch.extend(state.queue.pop_front());
        }
        Some(batch)
    }
}

/// A place among those who wait. It is given back unless it is kept, also when foreign code panics meanwhile.
pub(in crate::engine) struct Place<'a>(&'a AtomicUsize);

impl Place<'_> {
    /// Whoever answers gives it back.
    pub(in crate::engine) fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<K, V> Request<K, V> {
    pub(in crate::engine) fn new(
        key: K,
        (n, hash): (usize, u64),
        at: u32,
        load: Arc<Load<V>>,
    ) -> Self {
        Self { key, hash, n, at, load, is_alone: false, is_refresh: false }
    }
}

#[cold]
pub(in crate::engine) fn key_panicked() -> Error {
    Error::new(ErrorKind::Aborted, "copying a key that was to be loaded panicked")
}

impl<K: Key, V: Value> Shared<K, V> {
    /// Answers `waiter` from memory if the value has come meanwhile, else by a load.
    pub(crate) fn load(self: &Arc<Self>, n: usize, hash: u64, key: K, waiter: Done<Option<V>>) {
        if self.ask(n, hash, key, waiter, Get::default()) {
            self.gather();
        }
    }

    /// As [`load`](Self::load), but does not send. Says whether there is something to send.
    pub(in crate::engine) fn ask(
        self: &Arc<Self>,
        n: usize,
        hash: u64,
        key: K,
        waiter: Done<Option<V>>,
        get: Get,
    ) -> bool {
        let absence = self.parts.reading.absence_millis(get);
        // It may panic, so it comes before anything is taken.
        let own = key.clone();
        let Some(place) = self.loads.take_waiter() else {
            waiter.complete(Err(self.too_many_wait()));
            return false;
        };
        // If the code of the key or of its value panics, these two go after the lock is released.
        let mut asks = Some((own, waiter));
        let joined = self.step(n, |shard, effects| {
            let found = shard.find(hash, &key).filter(|_| !shard.is_closed);
            let read = found.map(|at| shard.read(at, || self.wall()));
            let (own, waiter) = asks.take()?;
            if let Some(Read::Hit(value)) = read {
                effects.drop_key(own);
                effects.answer_load(Load::of(waiter), Ok(value));
                return None;
            }
            shard.join_load(hash, own, waiter, absence, effects)
        });
        place.keep();
        let Some(Joined { at, load, is_new }) = joined else { return false };
        if is_new {
            let request = Request::new(key, (n, hash), at, load);
            self.loads.state.lock().gathered.push(request);
            return true;
        }
        self.time_holder(hash, || Arc::new(key), at, &load);
        self.refreshes() && self.loads.want(&load)
    }

    #[cold]
    pub(in crate::engine) fn too_many_wait(&self) -> Error {
        if self.is_closed() {
            return closed();
        }
        self.counters.busy.add(1);
        let message = format!("{} callers wait for loads already", self.loads.waiting_max);
        Error::busy(message, Duration::from_millis(10))
    }

    /// Loads keys for the caller alone: nothing is kept, but what memory knows better is told. They
    /// take no places among those who wait: a page of a scan is what bounds them.
    pub(in crate::engine) fn load_past_memory(self: &Arc<Self>, keys: &[K]) -> Vec<Op<Option<V>>> {
        // Copying and hashing keys is foreign code, which may panic: nothing is taken by then, and no lock is held.
        let request = |key: &K| {
            let (done, op) = Op::pending();
            let hash = self.hash(key);
            // It belongs to no entry, like a load that was cut off.
            let (at, load) = (u32::MAX, Load::of(done));
            (Request::new(key.clone(), (self.place(hash), hash), at, load), op)
        };
        let (requests, ops): (Vec<_>, Vec<_>) = keys.iter().map(request).unzip();
        self.loads.waiting.fetch_add(ops.len(), Ordering::Relaxed);
        self.loads.state.lock().queue.extend(requests);
        self.send_loads();
        ops
    }

    pub(in crate::engine) fn send_loads(self: &Arc<Self>) {
        let clock = &*self.parts.seams.clock;
        let patience = self.flusher.pace.probe_delay_max;
        let next = || self.loads.next(self.refuse_load_in_drill(), clock, patience);
        while let Some(Going { batch, pass }) = next() {
            match pass {
                Ok(pass) => self.send_batch(pass, batch),
                Err(why) => {
                    let shared = Arc::clone(self);
                    trampoline::run(move || shared.loads_refused(batch, &why));
                }
            }
        }
        self.drained();
    }

    fn send_batch(self: &Arc<Self>, pass: Pass, batch: Vec<Request<K, V>>) {
        self.counters.loads.add(1);
        // The code of a key is foreign, too, and this call of the store must end in any case.
        let mut keys: Option<Arc<[K]>> = None;
        caught(|| keys = Some(batch.iter().map(|request| request.key.clone()).collect()));
        let shared = Arc::clone(self);
        let span = Span::load(batch.len());
        let call = span.clone();
        let done = Done::call(move |result: Result<Vec<Option<V>>>| {
            trampoline::run(move || {
                span.ended(result.is_ok());
                shared.loads_ended(pass, batch, result);
            });
        });
        // A panic drops the `Done`, which answers for the store.
        caught(|| match keys {
            Some(keys) => call.run(|| self.store().load(keys, done)),
            None => done.complete(Err(key_panicked())),
        });
        self.loads.state.lock().issuing -= 1;
    }

    /// They have not been with the store.
    fn loads_refused(self: &Arc<Self>, batch: Vec<Request<K, V>>, why: &Error) {
        self.counters.loads_refused.add(batch.len() as u64);
        self.fail_loads(batch, why, false);
        self.loads.state.lock().issuing -= 1;
        self.drained();
    }

    fn fail_loads(self: &Arc<Self>, batch: Vec<Request<K, V>>, error: &Error, is_sent: bool) {
        for request in batch {
            caught(|| self.load_ended(request, Err(error.clone()), is_sent));
        }
    }

    fn loads_ended(
        self: &Arc<Self>,
        pass: Pass,
        batch: Vec<Request<K, V>>,
        result: Result<Vec<Option<V>>>,
    ) {
        let result = result.and_then(|values| {
            if values.len() == batch.len() {
                return Ok(values);
            }
            let message =
                format!("the store answered {} values for {} keys", values.len(), batch.len());
            Err(Error::unavailable(message))
        });
        self.note_loads(pass, &batch, result.as_ref().err());
        match result {
            Ok(values) => {
                for (request, value) in batch.into_iter().zip(values) {
                    caught(|| self.load_ended(request, Ok(value), true));
                }
            }
            Err(error) if batch.len() > 1 && !error.is_retryable() => {
                // One damaged value must not hide its neighbours (G8).
                let mut state = self.loads.state.lock();
                state.queue.extend(batch.into_iter().map(|mut request| {
                    request.is_alone = true;
                    request
                }));
            }
            Err(error) => {
                self.counters.load_failures.add(batch.len() as u64);
                self.fail_loads(batch, &error, true);
            }
        }
        self.loads.state.lock().issuing -= 1;
        self.send_loads();
    }

    /// `is_sent`: it has been with the store.
    fn load_ended(
        self: &Arc<Self>,
        request: Request<K, V>,
        result: Result<Option<V>>,
        is_sent: bool,
    ) {
        let Request { key, hash, n, at, load, is_refresh, .. } = request;
        if is_refresh {
            self.loads.state.lock().refreshing -= 1;
        }
        // The weigher, the expiry hook and `clone` are foreign code.
        let kept = result.and_then(|value| {
            catch_unwind(AssertUnwindSafe(|| self.keep(&key, value, &load))).map_err(|_| {
                Error::new(ErrorKind::Aborted, "weighing or copying a loaded value panicked")
            })
        });
        let (result, keep) = match kept {
            Ok((value, keep)) => (Ok(value), Ok(keep)),
            Err(error) => {
                let (result, postponed) = self.outlast(n, at, &key, &load, error, is_sent);
                (result, Err(postponed))
            }
        };
        let is_loaded = keep.is_ok();
        let cut_off = Cut { hash, key: &key, wall: self.wall() };
        let Ended { is_kept, moved } = self
            .step(n, |shard, effects| shard.end_load(at, &load, result, keep, &cut_off, effects));
        if let Some((at, load)) = moved {
            self.see_to(hash, Arc::new(key), at, &load);
        }
        if is_kept && is_loaded {
            self.cells.tally().fill();
        } else if is_loaded {
            self.counters.fills_fenced.add(1);
        }
    }

    /// What a loaded value becomes for the caller and for memory.
    pub(in crate::engine) fn keep(
        &self,
        key: &K,
        value: Option<V>,
        load: &Load<V>,
    ) -> (Option<V>, Keep<V>) {
        let absent = || {
            let deadline = self.absence_of(load.absence.load(Ordering::Relaxed)).deadline;
            let weight = if deadline == 0 { 0 } else { Self::weigh_absence() };
            Keep { held: Held::Absent, weight, deadline }
        };
        let Some(value) = value else { return (None, absent()) };
        let deadline = self.deadline(key, &value);
        if self.is_over(deadline) {
            return (None, absent());
        }
        let weight = self.weigh(key, &value);
        if !self.is_worth_keeping(weight) {
            return (Some(value), Keep { held: Held::Nothing, weight: 0, deadline: 0 });
        }
        (Some(value.clone()), Keep { held: Held::Value(value), weight, deadline })
    }

    /// A value that would push most others out is not kept.
    pub(crate) fn is_worth_keeping(&self, weight: u32) -> bool {
        u64::from(weight) <= self.parts.capacity / 2
    }

    /// At close: what was not sent yet is answered.
    pub(crate) fn close_loads(self: &Arc<Self>) {
        let (queue, gathered) = {
            let mut state = self.loads.state.lock();
            let refreshes = std::mem::take(&mut state.refreshes);
            state.queue.extend(refreshes);
            (std::mem::take(&mut state.queue), std::mem::take(&mut state.gathered))
        };
        for request in queue.into_iter().chain(gathered) {
            // One whose code panics is not to leave the others without an answer.
            caught(|| self.load_ended(request, Err(closed()), false));
        }
    }

    /// A value loaded for whoever asks, as an operation.
    pub(crate) fn load_op(self: &Arc<Self>, n: usize, hash: u64, key: K) -> Op<Option<V>> {
        let (done, op) = Op::pending();
        self.load(n, hash, key, done);
        op
    }

    /// Reading in a way of its own.
    pub(crate) fn get_with(self: &Arc<Self>, key: &K, get: Get) -> Op<Option<V>> {
        let Missed { hash, .. } = match self.get_here(key) {
            Ok(op) => return op,
            Err(missed) => missed,
        };
        let (done, op) = Op::pending();
        if self.ask(self.place(hash), hash, key.clone(), done, get) {
            self.gather();
        }
        op
    }
}
