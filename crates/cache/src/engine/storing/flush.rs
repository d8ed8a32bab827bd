//! Flushing: everything accepted until now is stored, or the caller is told that it is not.
//!
//! One flush runs at a time; who comes meanwhile shares the next. A flush makes one honest attempt
//! at each write: it ends well when all are stored, and with the first cause when every write that
//! is not stored has failed since the flush began or is in quarantine.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Error, ErrorKind, Key, Moment, Op, Result, Value};

use crate::engine::shared::Shared;
use crate::engine::telling::traced::Span;
use crate::engine::trampoline::{self, caught};

#[derive(Debug, Default)]
pub(crate) struct FlushLine {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    number: u64,
    current: Option<Current>,
    next: Vec<Done<()>>,
}

#[derive(Debug)]
struct Current {
    number: u64,
    /// Flights up to this one began before the flush.
    after_flight: u64,
    /// Parts that have not ended: one a shard, and one for the start itself.
    open: usize,
    failed: u64,
    cause: Option<Error>,
    waiters: Vec<Done<()>>,
    span: Option<Span>,
}

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn flush(self: &Arc<Self>) -> Op<()> {
        let (done, op) = Op::pending();
        self.flush_to(done);
        op
    }

    pub(crate) fn flush_to(self: &Arc<Self>, done: Done<()>) {
        let mut state = self.flushes.state.lock();
        if state.next.len() == state.next.capacity() {
            state.next.retain(|waiter| !waiter.is_abandoned());
        }
        state.next.push(done);
        let is_idle = state.current.is_none();
        drop(state);
        if is_idle {
            self.start_flush();
        }
    }

    fn start_flush(self: &Arc<Self>) {
        let after_flight = self.flusher.state.lock().number;
        let number = {
            let mut state = self.flushes.state.lock();
            if state.current.is_some() || state.next.is_empty() {
                return;
            }
            state.number += 1;
            let (number, waiters) = (state.number, std::mem::take(&mut state.next));
            let open = self.cells.len() + 1;
            let (failed, cause, span) = (0, None, None);
            let current = Current { number, after_flight, open, failed, cause, waiters, span };
            state.current = Some(current);
            number
        };
        // It does not end before its last part has, below; and nobody's code runs under its lock.
        let span = Span::flush(number);
        if let Some(current) = &mut self.flushes.state.lock().current {
            current.span = Some(span);
        }
        for n in 0..self.cells.len() {
            self.step_beside_fresh(n, |shard, effects| {
                shard.start_barrier(number, after_flight, effects);
            });
        }
        self.try_everything(self.parts.seams.clock.now());
        self.barrier_part_ended(number, 0, None);
    }

    /// Nothing waits for its back-off any more.
    pub(in crate::engine) fn try_everything(self: &Arc<Self>, now: Moment) {
        {
            let mut state = self.flusher.state.lock();
            state.parking.kick_all(now);
            state.sick_after = now;
            state.breaker.forget();
        }
        self.pump();
    }

    /// The store is down: a flush that began before this flight need not try the rest as well.
    pub(in crate::engine) fn abort_flush(self: &Arc<Self>, flight: u64, cause: Option<&Error>) {
        let number = {
            let mut state = self.flushes.state.lock();
            match &mut state.current {
                Some(current) if flight > current.after_flight => current.number,
                _ => return,
            }
        };
        for n in 0..self.cells.len() {
            self.step_beside_fresh(n, |shard, effects| shard.abort_barrier(number, cause, effects));
        }
    }

    /// A shard's part of flush `number` has ended with so many failures.
    pub(in crate::engine) fn barrier_part_ended(
        self: &Arc<Self>,
        number: u64,
        failed: u64,
        cause: Option<Error>,
    ) {
        let mut state = self.flushes.state.lock();
        let Some(current) = state.current.as_mut().filter(|current| current.number == number)
        else {
            return;
        };
        current.open -= 1;
        current.failed += failed;
        if current.cause.is_none() {
            current.cause = cause;
        }
        if current.open > 0 {
            return;
        }
        let Some(mut ended) = state.current.take() else { return };
        let has_next = !state.next.is_empty();
        drop(state);
        let result = ended.result();
        if let Some(span) = ended.span.take() {
            span.ended(result.is_ok());
        }
        for waiter in ended.waiters {
            caught(|| waiter.complete(result.clone()));
        }
        if has_next {
            let shared = Arc::clone(self);
            trampoline::run(move || shared.start_flush());
        }
    }

    /// Stores what was first dirtied at least `age` ago, and says how many writes that were.
    pub(crate) fn flush_older_than(self: &Arc<Self>, age: Duration) -> Op<u64> {
        let now = self.parts.seams.clock.now();
        let Some(before) = now.0.checked_sub(u64::try_from(age.as_nanos()).unwrap_or(u64::MAX))
        else {
            return Op::ready(0);
        };
        let before = Moment(before);
        let (done, op) = Op::pending();
        let count = Countdown::new(done);
        // First who they are, then the waiting: a store that answers at once would move entries
        // from the dirty list to the parked while they are counted.
        let mut old = BTreeMap::new();
        for (n, cell) in self.cells.iter().enumerate() {
            let shard = cell.lock.read();
            old.extend(shard.dirtied_before(before).map(|(at, version)| ((n, at), version)));
        }
        let away = {
            let state = self.flusher.state.lock();
            let flying = state.flying.values().flat_map(|flying| &flying.refs);
            let away = flying.chain(state.parking.refs());
            away.map(|item| (item.n, item.at, item.dirtied_at)).collect::<Vec<_>>()
        };
        for (n, at, dirtied_at) in away {
            let shard = self.cells[n].lock.look();
            let work = shard.work(at).filter(|work| work.is_unstored());
            // What is away may be old, or what waits behind it.
            if let Some(work) = work.filter(|work| work.dirtied.at().min(dirtied_at) <= before) {
                old.entry((n, at)).or_insert(work.version);
            }
        }
        self.pump_after(|| {
            for ((n, at), version) in old {
                self.step(n, |shard, effects| {
                    shard.wait_stored(at, version, count.waiter(), effects);
                });
            }
        });
        count.start();
        op
    }

    /// Flushes if at least `threshold` entries are dirty; says how many were.
    pub(crate) fn flush_if_needed(self: &Arc<Self>, threshold: usize) -> Op<u64> {
        let dirty = self.unstored();
        if dirty < threshold {
            return Op::ready(0);
        }
        let (done, op) = Op::pending();
        self.flush_to(Done::mapped(done, move |result: Result<()>| result.map(|()| dirty as u64)));
        op
    }

    /// Entries with a write that is not stored.
    pub(crate) fn unstored(&self) -> usize {
        self.cells.iter().map(|cell| cell.lock.look().unstored()).sum()
    }
}

impl Current {
    fn result(&self) -> Result<()> {
        if self.failed == 0 {
            return Ok(());
        }
        let kind = self.cause.as_ref().map_or(ErrorKind::Unavailable, Error::kind);
        let message = match self.failed {
            1 => "1 write is not stored".to_owned(),
            many => format!("{many} writes are not stored"),
        };
        let error = Error::new(kind, message);
        Err(match &self.cause {
            Some(cause) => error.with_source(cause.clone()),
            None => error,
        })
    }
}

/// Counts answers, and answers with their number when all are in.
struct Countdown(Arc<Mutex<Counting>>);

struct Counting {
    total: u64,
    open: u64,
    error: Option<Error>,
    done: Option<Done<u64>>,
}

impl Countdown {
    fn new(done: Done<u64>) -> Self {
        // One more than there are, until all have been counted.
        Self(Arc::new(Mutex::new(Counting { total: 0, open: 1, error: None, done: Some(done) })))
    }

    fn waiter(&self) -> Done<()> {
        let mut state = self.0.lock();
        state.total += 1;
        state.open += 1;
        let counting = Arc::clone(&self.0);
        Done::call(move |result| Counting::answer(&counting, result))
    }

    fn start(self) {
        Counting::answer(&self.0, Ok(()));
    }
}

impl Counting {
    fn answer(counting: &Mutex<Self>, result: Result<()>) {
        let mut state = counting.lock();
        state.open -= 1;
        if let Err(error) = result {
            state.error.get_or_insert(error);
        }
        if state.open > 0 {
            return;
        }
        let result = state.error.take().map_or(Ok(state.total), Err);
        let done = state.done.take();
        drop(state);
        if let Some(done) = done {
            done.complete(result);
        }
    }
}
