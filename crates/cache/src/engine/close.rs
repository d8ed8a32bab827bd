//! Closing: nothing new is accepted, what is dirty is stored, and what is not is counted (G12).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use forebay_store::{Done, Key, Op, Result, Value};

use super::shared::Shared;
use super::trampoline::caught;
use crate::report::CloseReport;

#[derive(Debug, Default)]
pub(crate) struct Closing {
    /// A caller waits for a report, and no shard accepts anything any more.
    is_awaited: AtomicBool,
    /// Everything accepted was answered. A place that a caller takes in a line after that is given back at once.
    is_drained: AtomicBool,
    /// The end of the journal, which is closed once, and all callers are told.
    ending: Mutex<Ending>,
    /// Changes with every call of `close`, so that the end of an earlier one stops nothing.
    round: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct Ending {
    step: Step,
    /// Calls of `close` that came while the journal was being closed. Each has a time of its own, after
    /// which it is told anyway. A call that was told is dropped when the next one comes.
    late: Vec<Waiters>,
}

/// Callers that are told together, by the first thread that takes them out.
type Waiters = Arc<Mutex<Vec<Done<CloseReport>>>>;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    #[default]
    Open,
    Closing,
    Closed,
}

#[derive(Debug, Default)]
struct State {
    number: u64,
    stored_before: u64,
    /// Each call of `close` by its number, so that its own deadline finds it.
    waiters: BTreeMap<u64, Done<CloseReport>>,
}

impl Closing {
    /// Whether a caller has called `close`.
    pub(super) fn has_begun(&self) -> bool {
        self.round.load(Ordering::SeqCst) != 0
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn close(self: &Arc<Self>, deadline: Duration) -> Op<CloseReport> {
        let (done, op) = Op::pending();
        let number = {
            let mut state = self.closing.state.lock();
            if state.waiters.is_empty() {
                state.stored_before = self.counters.stored.get();
            }
            state.number += 1;
            let number = state.number;
            state.waiters.insert(number, done);
            self.closing.round.fetch_add(1, Ordering::SeqCst);
            number
        };
        self.flusher.state.lock().is_stopped = false;
        self.end_pause(None);
        // Under each shard's lock in turn: a write is either accepted before, and drained, or
        // refused after. No write slips through between the count and the report.
        for n in 0..self.cells.len() {
            self.step(n, |shard, effects| {
                shard.close(effects);
                shard.mark_due();
            });
        }
        // Not before: as long as a shard is open, that nothing is left there now says nothing.
        self.closing.is_awaited.store(true, Ordering::SeqCst);
        self.budget.close();
        self.close_journal_line();
        self.close_loads();
        let shared = Arc::downgrade(self);
        let out_of_time = Box::new(move || {
            if let Some(shared) = shared.upgrade() {
                shared.out_of_time(number);
            }
        });
        self.parts.seams.clock.after(deadline, out_of_time);
        self.try_everything(self.parts.seams.clock.now());
        self.drained();
        op
    }

    /// The last handle is gone. While there is something to store the engine keeps itself, unless a
    /// close has told that it will not be stored.
    pub(crate) fn orphan(self: &Arc<Self>) {
        // No handle is left that could end a pause, and a write-through may be waiting for its end.
        if self.end_pause(None) {
            self.pump();
        }
        let (unstored, quarantined) = self.left();
        let is_stopped = self.flusher.state.lock().is_stopped;
        if unstored == quarantined || is_stopped || self.has_failed_journal() {
            return;
        }
        *self.orphan.lock() = Some(Arc::clone(self));
        if self.flusher.state.lock().is_stopped {
            // A close has reported meanwhile, and will not look for an orphan any more.
            let _orphan = self.orphan.lock().take();
            return;
        }
        self.closing.is_awaited.store(true, Ordering::SeqCst);
        for n in 0..self.cells.len() {
            self.step(n, |shard, _| shard.mark_due());
        }
        self.try_everything(self.parts.seams.clock.now());
        self.drained();
    }

    /// Answers a close if nothing is left to do, or nothing can be done any more.
    pub(crate) fn drained(self: &Arc<Self>) {
        self.note_drained();
        if !self.closing.is_awaited.load(Ordering::SeqCst) {
            return;
        }
        // A thread in a call of the store holds the store, even if the call has been answered.
        let is_idle = self.is_idle();
        let (unstored, quarantined) = self.left();
        let throughs = self.throughs.load(Ordering::SeqCst);
        let is_done = |all_stored: bool| all_stored || self.has_failed_journal();
        if is_idle && throughs == 0 && is_done(unstored == quarantined) {
            self.closing.is_drained.store(true, Ordering::SeqCst);
            // Dropped last, and with it perhaps the engine.
            let _orphan = self.orphan.lock().take();
            let (waiters, round) = {
                let mut state = self.closing.state.lock();
                self.closing.is_awaited.store(false, Ordering::SeqCst);
                (std::mem::take(&mut state.waiters), self.round())
            };
            self.report(waiters.into_values().collect(), Some(round));
        }
    }

    fn round(&self) -> u64 {
        self.closing.round.load(Ordering::SeqCst)
    }

    /// Whether no thread is in the store: not even in a call that has been answered already.
    fn is_idle(&self) -> bool {
        self.is_flusher_idle() && self.loads.is_idle() && self.scans.load(Ordering::SeqCst) == 0
    }

    /// The deadline of call `number` has come.
    fn out_of_time(self: &Arc<Self>, number: u64) {
        let (waiter, last) = {
            let mut state = self.closing.state.lock();
            let waiter = state.waiters.remove(&number);
            let is_last = state.waiters.is_empty();
            if is_last {
                self.closing.is_awaited.store(false, Ordering::SeqCst);
            }
            (waiter, is_last.then(|| self.round()))
        };
        self.report(waiter.into_iter().collect(), last);
    }

    pub(super) fn left(&self) -> (usize, usize) {
        let mut left = (0, 0);
        for cell in &self.cells {
            let shard = cell.lock.look();
            left.0 += shard.unstored();
            left.1 += shard.quarantined();
        }
        left
    }

    /// Tells these callers how things stand. After the last of a round nothing more is sent; what
    /// is with the store may yet be stored.
    fn report(self: &Arc<Self>, waiters: Vec<Done<CloseReport>>, last_of: Option<u64>) {
        if waiters.is_empty() {
            return;
        }
        // Dropped at the end: no step looks for it after the last report.
        let _orphan = last_of.and_then(|_| self.orphan.lock().take());
        if let Some(round) = last_of {
            let mut state = self.flusher.state.lock();
            if self.round() == round {
                state.is_stopped = true;
            }
            let is_stopped = state.is_stopped;
            drop(state);
            if is_stopped {
                self.ground_groups();
            }
            for n in 0..self.cells.len() {
                self.step(n, |shard, effects| {
                    if self.round() == round {
                        shard.end(effects);
                    }
                });
            }
        }
        let report = self.count_for_report();
        let is_end = last_of.is_some() && report.has_stored_all() && self.is_idle();
        if is_end {
            self.let_go_of_store();
        }
        if self.journal().is_none() {
            return answer(waiters, report);
        }
        self.report_when_kept(waiters, is_end);
    }

    /// Makes durable what the journal has of what is left, and then tells these callers. A disk that
    /// does not answer gets a little time: after that they are told that nothing is known to be kept.
    fn report_when_kept(self: &Arc<Self>, waiters: Vec<Done<CloseReport>>, is_end: bool) {
        const PATIENCE: Duration = Duration::from_secs(1);
        let waiters = Arc::new(Mutex::new(waiters));
        let (shared, late) = (Arc::downgrade(self), Arc::clone(&waiters));
        let out_of_patience = Box::new(move || {
            let waiters = std::mem::take(&mut *late.lock());
            if let Some(shared) = shared.upgrade() {
                answer(waiters, CloseReport { journal_failed: true, ..shared.count_for_report() });
            }
        });
        self.parts.seams.clock.after(PATIENCE, out_of_patience);
        // The thread that gave the last answer must not be blocked by a disk.
        let shared = Arc::clone(self);
        self.parts.seams.spawn.run(Box::new(move || {
            if is_end && !shared.begins_ending(&waiters) {
                return;
            }
            let is_kept = shared.settle_journal(is_end).is_ok();
            let late = if is_end { shared.ended(is_kept) } else { Vec::new() };
            // The store may have answered meanwhile.
            let report = shared.count_for_report();
            let kept = if is_kept { report.left + report.quarantined } else { 0 };
            drop(shared);
            let report = CloseReport { kept, journal_failed: !is_kept, ..report };
            for waiters in std::iter::once(waiters).chain(late) {
                let waiters = std::mem::take(&mut *waiters.lock());
                answer(waiters, report);
            }
        }));
    }

    /// Whether the journal is to be closed now. If another thread is closing it, these callers are told together with its
    /// own, so that the journal can be opened again whichever is told first.
    fn begins_ending(&self, waiters: &Waiters) -> bool {
        let mut ending = self.closing.ending.lock();
        match ending.step {
            Step::Open => {
                ending.step = Step::Closing;
                return true;
            }
            Step::Closing => {
                ending.late.retain(|late| !late.lock().is_empty());
                ending.late.push(Arc::clone(waiters));
            }
            Step::Closed => {
                drop(ending);
                answer(std::mem::take(&mut *waiters.lock()), self.count_for_report());
            }
        }
        false
    }

    /// The journal was closed, or it will be tried again by the next call.
    fn ended(&self, is_closed: bool) -> Vec<Waiters> {
        let mut ending = self.closing.ending.lock();
        ending.step = if is_closed { Step::Closed } else { Step::Open };
        std::mem::take(&mut ending.late)
    }

    fn count_for_report(&self) -> CloseReport {
        let (unstored, quarantined) = self.left();
        let stored_before = self.closing.state.lock().stored_before;
        let is_drained = self.closing.is_drained.load(Ordering::SeqCst);
        let throughs = if is_drained { 0 } else { self.throughs.load(Ordering::SeqCst) };
        CloseReport {
            stored: self.counters.stored.get() - stored_before,
            left: (unstored - quarantined) as u64,
            quarantined: quarantined as u64,
            unanswered: throughs as u64,
            ..CloseReport::default()
        }
    }

    /// Makes durable what the journal has of the writes that are left; at the end, closes it.
    fn settle_journal(&self, is_end: bool) -> Result<()> {
        let Some(journal) = self.journal() else { return Ok(()) };
        let last = journal.log.sync_all()?;
        if is_end { journal.log.close(last) } else { Ok(()) }
    }
}

fn answer(waiters: Vec<Done<CloseReport>>, report: CloseReport) {
    for waiter in waiters {
        caught(|| waiter.complete(Ok(report)));
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use forebay_store::MemoryStore;
    use forebay_store::seam::manual::ManualClock;

    use super::*;
    use crate::Cache;

    #[test]
    fn a_caller_counts_as_unanswered_unless_it_came_when_everything_was_answered() {
        let clock = ManualClock::new();
        let store = MemoryStore::<u64, u64>::new().with_clock(clock.clone());
        let cache = Cache::builder(store).seams(clock.seams(1)).open().wait().unwrap();
        let shared = cache.shared();
        let second = Duration::from_secs(1);
        let place = shared.line_place().unwrap();
        let report = cache.close(second);
        clock.advance(second);
        assert_eq!(report.wait().unwrap().unanswered, 1);
        drop(place);
        assert_eq!(cache.close(second).wait().unwrap().unanswered, 0);
        let late = shared.line_place().unwrap();
        assert_eq!(shared.count_for_report().unanswered, 0, "it is told at once");
        drop(late);
    }
}
