//! The calls that a time-out watches: those that run, and those it has given up on.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::backing::{Key, Value};
use crate::batch::Batch;
use crate::done::Done;
use crate::error::Error;
use crate::seam::{Clock, Moment};
use crate::sync::Mutex;

/// Watches calls against one limit. All deadlines are equally far, so tickets are in the order of
/// deadlines, and one timer, set for the first of them, is enough.
pub(super) struct Watch<K, V> {
    clock: Arc<dyn Clock>,
    pub(super) limit: Duration,
    abandoned_max: usize,
    state: Mutex<State<K, V>>,
}

struct State<K, V> {
    tickets: u64,
    running: BTreeMap<u64, Running<K, V>>,
    timer_is_set: bool,
    /// Calls that were answered by the time-out and have not ended.
    abandoned: usize,
    /// The keys that those calls may yet write.
    fenced: HashSet<K>,
}

struct Running<K, V> {
    deadline: Moment,
    writes: Option<Arc<Batch<K, V>>>,
    give_up: Box<dyn FnOnce() + Send>,
}

impl<K: Key, V: Value> Watch<K, V> {
    pub(super) fn new(clock: Arc<dyn Clock>, limit: Duration, abandoned_max: usize) -> Self {
        let state = State {
            tickets: 0,
            running: BTreeMap::new(),
            timer_is_set: false,
            abandoned: 0,
            fenced: HashSet::new(),
        };
        Self { clock, limit, abandoned_max, state: Mutex::new(state) }
    }

    /// Puts a call under watch: gives the end at which the store is to answer it. After the limit
    /// the caller hears `late` instead. `None` if too many calls are abandoned already; then the
    /// caller has heard `Busy`.
    pub(super) fn start<T: Send + 'static>(
        self: &Arc<Self>,
        writes: Option<Arc<Batch<K, V>>>,
        late: fn(Duration) -> Error,
        done: Done<T>,
    ) -> Option<Done<T>> {
        // Whoever takes it out answers: the store or the time-out.
        let waiting = Arc::new(Mutex::new(Some(done)));
        let give_up = {
            let (waiting, limit) = (Arc::clone(&waiting), self.limit);
            move || answer(&waiting, Err(late(limit)))
        };
        let mut state = self.state.lock();
        if state.abandoned >= self.abandoned_max {
            drop(state);
            let message = "too many timed-out calls are still under way in the store";
            answer(&waiting, Err(Error::busy(message, self.limit)));
            return None;
        }
        state.tickets += 1;
        let ticket = state.tickets;
        let deadline = self.clock.now().after(self.limit);
        let running = Running { deadline, writes: writes.clone(), give_up: Box::new(give_up) };
        state.running.insert(ticket, running);
        let timer_was_set = std::mem::replace(&mut state.timer_is_set, true);
        drop(state);
        if !timer_was_set {
            self.set_timer(self.limit);
        }
        let watch = Arc::clone(self);
        Some(Done::call(move |result| {
            watch.end(ticket, writes.as_deref());
            answer(&waiting, result);
        }))
    }

    /// Which writes of `batch` may go to the store; the others wait for an abandoned call.
    pub(super) fn free(&self, batch: &Batch<K, V>) -> Vec<usize> {
        let state = self.state.lock();
        let is_free = |at: &usize| !state.fenced.contains(&batch.ops[*at].key);
        (0..batch.ops.len()).filter(is_free).collect()
    }

    /// Whether an abandoned call may yet write one of these keys.
    pub(super) fn is_fenced(&self, keys: &[K]) -> bool {
        let state = self.state.lock();
        !state.fenced.is_empty() && keys.iter().any(|key| state.fenced.contains(key))
    }

    fn set_timer(self: &Arc<Self>, delay: Duration) {
        let watch = Arc::clone(self);
        self.clock.after(delay, Box::new(move || watch.ring()));
    }

    /// Gives up on what is due, and sets the timer for what is next.
    fn ring(self: &Arc<Self>) {
        let now = self.clock.now();
        let mut late = Vec::new();
        let mut state = self.state.lock();
        while let Some(first) = state.running.first_entry().filter(|it| it.get().deadline <= now) {
            let call = first.remove();
            state.abandoned += 1;
            // Fenced before the caller hears of it, so that its next write meets the fence.
            let ops = call.writes.iter().flat_map(|batch| &batch.ops);
            state.fenced.extend(ops.map(|op| op.key.clone()));
            late.push(call.give_up);
        }
        let next = state.running.first_entry().map(|it| it.get().deadline.since(now));
        state.timer_is_set = next.is_some();
        drop(state);
        if let Some(delay) = next {
            self.set_timer(delay);
        }
        for give_up in late {
            give_up();
        }
    }

    /// The store has answered the call, or dropped it: it is no longer under way.
    fn end(&self, ticket: u64, writes: Option<&Batch<K, V>>) {
        let mut state = self.state.lock();
        if state.running.remove(&ticket).is_none() {
            state.abandoned -= 1;
            for op in writes.into_iter().flat_map(|batch| &batch.ops) {
                state.fenced.remove(&op.key);
            }
        }
    }
}

fn answer<T>(waiting: &Mutex<Option<Done<T>>>, result: crate::error::Result<T>) {
    let done = waiting.lock().take();
    if let Some(done) = done {
        done.complete(result);
    }
}
