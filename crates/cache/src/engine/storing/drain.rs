//! Draining: everything accepted until now is stored, for as long as there is time, and what is not is counted.
//! The cache goes on taking writes; those that come meanwhile do not count.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicUsize, Ordering};
use forebay_store::{Done, Error, Key, Moment, Op, Value};

use crate::engine::cells::Cell;
use crate::engine::shared::Shared;
use crate::engine::trampoline::caught;
use crate::report::DrainReport;
use crate::table::Shard;

#[derive(Debug, Default)]
pub(crate) struct Drains {
    /// How many there are, to be read without the lock.
    count: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    number: u64,
    waiting: BTreeMap<u64, Drain>,
}

/// Where to look for an entry: the shard, and the slot in it.
type Spot = (usize, u32);

/// Somebody who waits.
#[derive(Debug)]
struct Drain {
    /// What was dirtied up to here is waited for: the time, which says when looking at the marks is worth it, and the
    /// mark of each shard, which is exact. What comes later is dated before that time only if it had its date already
    /// and waited for its shard; then the marks are looked at once that is stored, too.
    before: Moment,
    marks: Arc<[u64]>,
    /// Nothing before this one is waited for any more. What comes there later is younger than the marks, or was in
    /// quarantine when it was looked at, which counts as over.
    from: Spot,
    stored_before: u64,
    done: Done<DrainReport>,
}

impl<K: Key, V: Value> Shared<K, V> {
    /// At most so many wait at once.
    const DRAINS_MAX: usize = 1024;

    pub(crate) fn drain(self: &Arc<Self>, deadline: Duration) -> Op<DrainReport> {
        let (done, op) = Op::pending();
        let (now, before) = (self.parts.seams.clock.now(), self.parts.seams.clock.recent());
        let mark = |n| self.step(n, |shard, _| shard.mark_due());
        let marks = (0..self.cells.len()).map(mark).collect();
        let number = {
            let mut state = self.drains.state.lock();
            if state.waiting.len() >= Self::DRAINS_MAX {
                // Nobody waits any more for those that were dropped.
                state.waiting.retain(|_, drain| !drain.done.is_abandoned());
            }
            if state.waiting.len() >= Self::DRAINS_MAX {
                self.counters.busy.add(1);
                let message = format!("{} drains are under way already", Self::DRAINS_MAX);
                return Op::failed(Error::busy(message, self.room_expected()));
            }
            state.number += 1;
            let number = state.number;
            let stored_before = self.counters.stored.get();
            let drain = Drain { before, marks, from: (0, 0), stored_before, done };
            state.waiting.insert(number, drain);
            self.drains.count.store(state.waiting.len(), Ordering::SeqCst);
            number
        };
        self.end_pause(None);
        let shared = Arc::downgrade(self);
        let out_of_time = Box::new(move || {
            let Some(shared) = shared.upgrade() else { return };
            let drain = {
                let mut state = shared.drains.state.lock();
                let drain = state.waiting.remove(&number);
                shared.drains.count.store(state.waiting.len(), Ordering::SeqCst);
                drain
            };
            shared.report_drain(drain);
        });
        self.parts.seams.clock.after(deadline, out_of_time);
        self.try_everything(now);
        self.note_drained();
        op
    }

    /// Answers those whose writes are all stored or in quarantine, and all if nothing can be stored any more.
    pub(in crate::engine) fn note_drained(&self) {
        if self.drains.count.load(Ordering::SeqCst) == 0 {
            return;
        }
        if self.has_failed_journal() && self.is_flusher_idle() {
            // Nothing more will be stored, however long they wait.
            let waiting = {
                let mut state = self.drains.state.lock();
                self.drains.count.store(0, Ordering::SeqCst);
                std::mem::take(&mut state.waiting)
            };
            return waiting.into_values().for_each(|drain| self.report_drain(Some(drain)));
        }
        let Some(oldest) = self.oldest_listed() else { return };
        let near: Vec<(u64, Arc<[u64]>, Spot)> = {
            let state = self.drains.state.lock();
            let near = state.waiting.iter().filter(|(_, drain)| oldest >= drain.before);
            near.map(|(number, drain)| (*number, Arc::clone(&drain.marks), drain.from)).collect()
        };
        // What waits behind a write-through of its key is on no list, what took the place of a refused write
        // is younger than that, and what came in the same tick of the clock is dated alike: now it is looked for.
        for (number, marks, from) in near {
            let first = self.first_unstored(&marks, from);
            let drain = {
                let mut state = self.drains.state.lock();
                let waiting = &mut state.waiting;
                if let (Some(first), Some(drain)) = (first, waiting.get_mut(&number)) {
                    drain.from = drain.from.max(first);
                    continue;
                }
                let drain = waiting.remove(&number);
                self.drains.count.store(waiting.len(), Ordering::SeqCst);
                drain
            };
            self.report_drain(drain);
        }
    }

    /// The first entry from one on with a write of before these marks of the shards that is waited for.
    fn first_unstored(&self, marks: &[u64], (first, from): Spot) -> Option<Spot> {
        let cells = self.cells.iter().zip(marks).enumerate().skip(first);
        for (n, (cell, mark)) in cells {
            let from = if n == first { from } else { 0 };
            let shard = cell.lock.look();
            let mut unstored = unstored(&shard, from);
            if let Some((at, _)) = unstored.find(|(_, since)| since <= mark) {
                return Some((n, at));
            }
        }
        None
    }

    fn report_drain(&self, drain: Option<Drain>) {
        let Some(Drain { marks, stored_before, done, .. }) = drain else { return };
        let report = DrainReport {
            stored: self.counters.stored.get() - stored_before,
            left: self.unstored_since(&marks),
            quarantined: self.left().1 as u64,
        };
        caught(|| done.complete(Ok(report)));
    }

    /// When the oldest write was dirtied that is on a dirty list, with the store or parked; the end of time if there is
    /// none. `None` if one may be on its way from one place to another: whoever moves it looks after that.
    fn oldest_listed(&self) -> Option<Moment> {
        let number = self.settled_number()?;
        let listed = self.cells.iter().filter_map(|cell| cell.lock.look().oldest_dirty()).min();
        let away = {
            let state = self.flusher.state.lock();
            let flying = state.flying.values().filter_map(|flying| flying.oldest);
            flying.chain(state.parking.oldest(true)).min()
        };
        let oldest = listed.into_iter().chain(away).min().unwrap_or(Moment(u64::MAX));
        (self.settled_number()? == number).then_some(oldest)
    }

    /// The number of the last flight, if nobody gathers another, and none that is back is being seen to.
    fn settled_number(&self) -> Option<u64> {
        if !self.is_pump_idle() {
            return None;
        }
        let state = self.flusher.state.lock();
        (state.in_flight == state.flying.len()).then_some(state.number)
    }

    /// How many keys have a write of before these marks of the shards that is neither stored nor in quarantine, nor
    /// superseded by one that is.
    fn unstored_since(&self, marks: &[u64]) -> u64 {
        let left = |(cell, mark): (&Cell<K, V>, &u64)| {
            unstored(&cell.lock.look(), 0).filter(|(_, since)| since <= mark).count() as u64
        };
        self.cells.iter().zip(marks).map(left).sum()
    }
}

/// Since which version each key of a shard has been unstored, but for those in quarantine, from a slot on.
fn unstored<K: Key, V: Value>(shard: &Shard<K, V>, from: u32) -> impl Iterator<Item = (u32, u64)> {
    let works = (from..shard.slots()).filter_map(|at| Some((at, shard.work(at)?)));
    let works = works.filter(|(_, work)| work.is_unstored() && work.quarantined().is_none());
    works.map(|(at, work)| (at, work.since))
}
