//! Draining: everything accepted until now is stored, for as long as there is time, and what is not is counted.
//! The cache goes on taking writes; those that come meanwhile do not count.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicUsize, Ordering};
use forebay_store::{Done, Error, Key, Moment, Op, Value};

use super::cells::Cell;
use super::flight::Ref;
use super::shared::Shared;
use super::trampoline::caught;
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

/// Somebody who waits.
#[derive(Debug)]
struct Drain {
    /// What was dirtied up to here is waited for.
    before: Moment,
    stored_before: u64,
    done: Done<DrainReport>,
}

impl<K: Key, V: Value> Shared<K, V> {
    /// At most so many wait at once.
    const DRAINS_MAX: usize = 1024;

    pub(crate) fn drain(self: &Arc<Self>, deadline: Duration) -> Op<DrainReport> {
        let (done, op) = Op::pending();
        let now = self.parts.seams.clock.now();
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
            state.waiting.insert(number, Drain { before: now, stored_before, done });
            self.drains.count.store(state.waiting.len(), Ordering::SeqCst);
            number
        };
        for n in 0..self.cells.len() {
            self.step(n, |shard, _| shard.mark_due());
        }
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

    /// Answers those whose writes are all stored or in quarantine.
    pub(super) fn note_drained(&self) {
        if self.drains.count.load(Ordering::SeqCst) == 0 {
            return;
        }
        let Some(oldest) = self.oldest_unstored(false) else { return };
        if !self.drains.state.lock().waiting.values().any(|drain| oldest > drain.before) {
            return;
        }
        // What waits behind a write-through of its key is on no list, so now all are looked at.
        let Some(oldest) = self.oldest_unstored(true) else { return };
        let drained = {
            let mut state = self.drains.state.lock();
            let is_over = |drain: &Drain| oldest > drain.before;
            let all = std::mem::take(&mut state.waiting);
            let (drained, waiting): (BTreeMap<_, _>, _) =
                all.into_iter().partition(|(_, drain)| is_over(drain));
            state.waiting = waiting;
            self.drains.count.store(state.waiting.len(), Ordering::SeqCst);
            drained
        };
        for drain in drained.into_values() {
            self.report_drain(Some(drain));
        }
    }

    fn report_drain(&self, drain: Option<Drain>) {
        let Some(Drain { before, stored_before, done }) = drain else { return };
        let report = DrainReport {
            stored: self.counters.stored.get() - stored_before,
            left: self.unstored_since(before),
            quarantined: self.left().1 as u64,
        };
        caught(|| done.complete(Ok(report)));
    }

    /// When the oldest write was dirtied that is neither stored nor in quarantine; the end of time if there is
    /// none. `None` if one may be on its way from one place to another: whoever moves it looks after that.
    /// `is_all`: of all entries, and not only of those on the dirty lists.
    fn oldest_unstored(&self, is_all: bool) -> Option<Moment> {
        let number = self.settled_number()?;
        let oldest_of = |cell: &Cell<K, V>| {
            let shard = cell.lock.read();
            if is_all { unstored(&shard).min() } else { shard.oldest_dirty() }
        };
        let listed = self.cells.iter().filter_map(oldest_of).min();
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

    /// How many keys have a write that was dirtied up to then and is neither stored nor in quarantine.
    fn unstored_since(&self, before: Moment) -> u64 {
        let old: Vec<Ref> = {
            let state = self.flusher.state.lock();
            let flying = state.flying.values().flat_map(|flying| &flying.refs);
            flying.filter(|item| !item.is_through && item.dirtied_at <= before).copied().collect()
        };
        // What was overwritten while it is with the store has the time of the younger write in its entry.
        let is_overwritten = |item: &&Ref| {
            let shard = self.cells[item.n].lock.read();
            shard
                .work(item.at)
                .is_some_and(|work| work.inflight == item.version && work.dirtied.at() > before)
        };
        let overwritten = old.iter().filter(is_overwritten).count() as u64;
        let left = |cell: &Cell<K, V>| {
            let shard = cell.lock.read();
            unstored(&shard).filter(|dirtied_at| *dirtied_at <= before).count() as u64
        };
        overwritten + self.cells.iter().map(left).sum::<u64>()
    }
}

/// When the writes of a shard were dirtied that are neither stored nor in quarantine.
fn unstored<K: Key, V: Value>(shard: &Shard<K, V>) -> impl Iterator<Item = Moment> {
    let works = shard.entries().filter_map(|(_, _, work)| work);
    let works = works.filter(|work| work.is_unstored() && work.quarantine.is_none());
    works.map(|work| work.dirtied.at())
}
