//! Closing: nothing new is accepted, what is dirty is stored, and what is not is counted (G12).

use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::Ordering;
use forebay_store::{Done, Key, Op, Value};

use super::shared::Shared;
use crate::report::CloseReport;

#[derive(Debug, Default)]
pub(crate) struct Closing {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Which call of `close` this is; the timer of an earlier one has nothing to do.
    number: u64,
    stored_before: u64,
    waiters: Vec<Done<CloseReport>>,
}

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn close(self: &Arc<Self>, deadline: Duration) -> Op<CloseReport> {
        let (done, op) = Op::pending();
        let number = {
            let mut state = self.closing.state.lock();
            if state.waiters.is_empty() {
                state.stored_before = self.counters.stored.get();
            }
            state.waiters.push(done);
            state.number += 1;
            state.number
        };
        self.flusher.state.lock().is_stopped = false;
        // Under each shard's lock in turn: a write is either accepted before, and drained, or
        // refused after. No write slips through between the count and the report.
        for n in 0..self.cells.len() {
            let now = self.parts.seams.clock.now();
            self.step(n, |shard, effects| {
                shard.close(effects);
                shard.due_before = Some(now);
            });
        }
        self.budget.close();
        self.close_loads();
        let shared = Arc::clone(self);
        let out_of_time = Box::new(move || shared.out_of_time(number));
        self.parts.seams.clock.after(deadline, out_of_time);
        self.try_everything(self.parts.seams.clock.now());
        self.drained();
        op
    }

    /// Answers a close if nothing is left to do.
    pub(super) fn drained(self: &Arc<Self>) {
        if self.closing.state.lock().waiters.is_empty() {
            return;
        }
        let is_idle = self.flusher.state.lock().in_flight == 0;
        let (unstored, quarantined) = self.left();
        let throughs = self.throughs.load(Ordering::SeqCst);
        if is_idle && unstored == quarantined && throughs == 0 {
            self.report();
        }
    }

    fn out_of_time(self: &Arc<Self>, number: u64) {
        if self.closing.state.lock().number == number {
            self.report();
        }
    }

    fn left(&self) -> (usize, usize) {
        let mut left = (0, 0);
        for cell in &self.cells {
            let shard = cell.lock.read();
            left.0 += shard.unstored();
            left.1 += shard.quarantined();
        }
        left
    }

    fn report(self: &Arc<Self>) {
        let (waiters, stored_before) = {
            let mut state = self.closing.state.lock();
            (std::mem::take(&mut state.waiters), state.stored_before)
        };
        if waiters.is_empty() {
            return;
        }
        // Nothing goes to the store after the report, so what it says stays true.
        self.flusher.state.lock().is_stopped = true;
        for n in 0..self.cells.len() {
            self.step(n, crate::table::Shard::give_up_waiting);
        }
        let (unstored, quarantined) = self.left();
        let report = CloseReport {
            stored: self.counters.stored.get() - stored_before,
            left: (unstored - quarantined) as u64,
            quarantined: quarantined as u64,
            unanswered: self.throughs.load(Ordering::SeqCst) as u64,
        };
        for waiter in waiters {
            waiter.complete(Ok(report));
        }
    }
}
