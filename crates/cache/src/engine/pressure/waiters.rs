//! The writers that wait for room among the dirty, and when each has its turn: the half of the budget that answers.

use std::time::Duration;

use forebay_store::{Error, Moment, Result};

use super::budget::{Budget, Room};
use super::grade;
use super::line::{Account, Spot, Waiting, Writer};
use crate::engine::trampoline::{self, caught};
use crate::table::closed;

/// What a writer that asks to wait says of itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) need: Room,
    /// The key that it writes, if it writes a single one.
    pub(crate) spot: Option<Spot>,
    pub(crate) account: Account,
    pub(crate) until: Moment,
    /// Its number by arrival, if it has one: a writer that asks anew has.
    pub(crate) number: Option<u64>,
    /// It had its turn or was called, and found that it needs more.
    pub(crate) is_again: bool,
}

/// How far from room a writer is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Distance {
    /// What has to be given back before there is room.
    pub(crate) missing: Room,
    /// What was given back in a second, by what was lately.
    pub(crate) per_second: Room,
    pub(crate) used: Room,
}

impl Budget {
    /// How many writers wait, of how many accounts, and how many of the one that has most.
    pub(crate) fn waiting(&self) -> (usize, usize, usize) {
        let state = self.state.lock();
        let (accounts, most) = state.line.crowd();
        (state.line.len(), accounts, most)
    }

    /// Puts a writer in the line: it goes on with the room, or is told if the cache is closed first. If the
    /// line is full the writer is given back; for one that had a place before, the line is twice as long. A writer whose
    /// caller has gone by then is passed over. This may run foreign code.
    pub(crate) fn wait<W: Writer + 'static>(&self, ask: Ask, writer: W) -> Result<(), W> {
        self.pass_over_gone();
        let (mut state, _) = self.aged();
        if state.is_closed {
            drop(state);
            Box::new(writer).go(Err(closed()));
            return Ok(());
        }
        let Ask { need, spot, account, until, number, is_again } = ask;
        // A writer that had a place may find that another one has it by now. It gets one more, but as many as that
        // happens to are bounded, too.
        let most = if is_again { self.waiting_max.saturating_mul(2) } else { self.waiting_max };
        if state.line.len() >= most {
            return Err(writer);
        }
        let number = number.unwrap_or_else(|| self.arrival());
        let writer = Box::new(writer);
        state.line.push(Waiting { need, spot, account, until, number, writer }, is_again);
        self.note_pressure(&state);
        drop(state);
        // There may be room by now, or the accounts before it were held back and are so no more.
        self.grant();
        Ok(())
    }

    /// Takes the writers whose callers have gone out of a full line, so that they keep no other out for long.
    fn pass_over_gone(&self) {
        let gone = {
            let now = self.clock.now();
            let mut state = self.state.lock();
            let length = state.line.len();
            if length < self.waiting_max || !state.sweep.is_due(now, length) {
                return;
            }
            state.line.take_gone()
        };
        for waiting in gone {
            caught(|| drop(waiting));
        }
        self.grant();
    }

    /// Notes that an account has not used so much of what it has taken, so that it does not count. The room itself is
    /// given back beside that.
    pub(crate) fn untake(&self, unused: Room, account: Account) {
        if !unused.is_none() {
            self.state.lock().line.untook(account, unused.charged().bytes);
        }
    }

    /// Has the writers that wait to write these keys ask anew, each from its place in the line: what is there of the key has
    /// changed, so they may need less than they wait for, or nothing. A writer that gets in line at this very moment is
    /// called by the next of these. This may run foreign code.
    pub(in crate::engine) fn recall(&self, spots: &[Spot]) {
        // Where a writer waits, the budget is pressed.
        if spots.is_empty() || !self.is_pressed() {
            return;
        }
        let called = {
            let mut state = self.closed();
            let mut called = state.line.take_of(spots);
            self.note_pressure(&state);
            // Writers of several accounts, too, go on in the order in which they came.
            called.sort_unstable_by_key(|waiting| waiting.number);
            called
        };
        if called.is_empty() {
            return;
        }
        for Waiting { writer, .. } in called {
            trampoline::run(move || writer.go(Ok(Room::default())));
        }
        // A writer behind the first of them may have the turn.
        self.grant();
    }

    /// Tells all writers in the line that there will be no room. It may run foreign code.
    pub(in crate::engine) fn turn_away(&self, why: &Error) {
        let waiting = {
            let mut state = self.closed();
            let waiting = state.line.take_all();
            self.note_pressure(&state);
            waiting
        };
        for Waiting { writer, .. } in waiting {
            let why = why.clone();
            trampoline::run(move || writer.go(Err(why)));
        }
    }

    /// Calls the writers that can go on now, each in its turn.
    pub(in crate::engine) fn grant(&self) {
        loop {
            let (next, is_gone) = {
                let (mut state, _) = self.aged();
                let is_scarce = self.is_scarce(&state);
                let Some((turn, first)) = state.line.next(is_scarce) else {
                    state.is_blocked = false;
                    return;
                };
                let (need, account, is_gone) = (first.need, first.account, first.writer.is_gone());
                if !is_gone {
                    let charge = need.charged();
                    state.is_blocked = !self.fits(&state, charge);
                    if state.is_blocked {
                        return;
                    }
                    state.give(charge, account);
                }
                let next = state.line.pop(turn, !is_gone);
                self.note_pressure(&state);
                (next, is_gone)
            };
            let Some(Waiting { need, writer, .. }) = next else { return };
            if is_gone {
                caught(|| drop(writer));
            } else {
                trampoline::run(move || writer.go(Ok(need)));
            }
        }
    }

    /// When a job has to look at the line, if none will by then.
    pub(crate) fn arm(&self) -> Option<(Moment, Moment)> {
        let (mut state, now) = self.aged();
        let due = state.line.next_look(now)?;
        // A job that should have looked by now may never do so.
        if state.armed.is_some_and(|armed| now < armed && armed <= due) {
            return None;
        }
        state.armed = Some(due);
        Some((now, due))
    }

    /// Looks at the line, as was to be done at `due`. The writers that have waited for as long as they may are the caller's to
    /// tell. `None` if another job looks, or did.
    pub(in crate::engine) fn look(&self, due: Moment) -> Option<Vec<Waiting>> {
        let (mut state, now) = self.aged();
        if state.armed != Some(due) {
            return None;
        }
        state.armed = None;
        let overdue = state.line.take_overdue(now);
        self.note_pressure(&state);
        Some(overdue)
    }

    /// How far from room a writer is that gets in line now.
    pub(crate) fn distance(&self, need: Room, account: Account) -> Distance {
        let (state, _) = self.aged();
        let mut wanted = state.used;
        wanted.add(state.line.needs().charged());
        wanted.add(need.charged());
        let held = self.is_held(&state, account);
        let bound = if held { grade::soft(self.max) } else { self.max };
        // What is halved each tenth of a second is what came in two of them.
        let per_second =
            Room { bytes: state.given_back.bytes * 5, entries: state.given_back.entries * 5 };
        Distance { missing: wanted.beyond(bound), per_second, used: state.used }
    }

    /// Tells all writers that the cache is closed. None waits from now on.
    pub(crate) fn close(&self) {
        let waiting = {
            let mut state = self.closed();
            state.is_closed = true;
            state.line.take_all()
        };
        for waiting in waiting {
            caught(|| waiting.writer.go(Err(closed())));
        }
    }

    /// What to tell a writer that will not wait.
    pub(crate) fn busy(&self, retry_after: Duration) -> Error {
        let mut state = self.closed();
        // It will be back, and there should be room then.
        state.has_refused = true;
        self.note_pressure(&state);
        let message = format!(
            "no room for another unstored write: {} of {} bytes and {} of {} entries are unstored, \
             {} bytes are in quarantine, {} writers wait",
            state.used.bytes,
            self.max.bytes,
            state.used.entries,
            self.max.entries,
            state.quarantine_bytes,
            state.line.len(),
        );
        Error::busy(message, retry_after)
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use forebay_store::Moment;
    use forebay_store::seam::manual::ManualClock;

    use super::{Account, Ask, Budget, Room};
    use crate::engine::pressure::line::tests::Silent;

    #[test]
    fn a_full_line_takes_as_many_again_of_those_who_are_back_and_no_more() {
        let budget = Budget::new(100, 1, 2, 0, ManualClock::new());
        let need = Room { bytes: 1, entries: 1 };
        budget.take_anyway(need);
        let asks = |is_again: bool| {
            let (account, until) = (Account::default(), Moment(u64::MAX));
            let ask = Ask { need, spot: None, account, until, number: None, is_again };
            budget.wait(ask, Silent).is_ok()
        };
        assert_eq!([asks(false), asks(false), asks(false)], [true, true, false]);
        assert_eq!([asks(true), asks(true), asks(true)], [true, true, false]);
        assert_eq!(budget.waiting().0, 4);
    }
}

#[cfg(all(test, shuttle))]
mod schedules {
    use std::sync::Arc;

    use forebay_store::Result;
    use forebay_store::sync::atomic::{AtomicU64, Ordering};

    use forebay_store::Moment;
    use forebay_store::seam::manual::ManualClock;

    use super::{Account, Ask, Budget, Room, Writer};
    use crate::table::WORK_BYTES;

    /// What one key takes, and as much for its value.
    const UNIT: u64 = 2 * WORK_BYTES;
    const MAX: Room = Room { bytes: 8 * UNIT, entries: 4 };

    /// A key, and so many units with it.
    const fn of(units: u64) -> Room {
        Room { bytes: units * UNIT - WORK_BYTES, entries: 1 }
    }

    /// Has room for a moment, however it got it.
    fn use_and_give_back(budget: &Budget, room: Room) {
        let used = budget.used();
        assert!(used.bytes <= MAX.bytes && used.entries <= MAX.entries, "G7: {used:?}");
        shuttle::thread::yield_now();
        budget.give_back(room, 0);
    }

    struct Patient {
        budget: Arc<Budget>,
        answered: Arc<AtomicU64>,
    }

    impl Writer for Patient {
        fn go(self: Box<Self>, room: Result<Room>) {
            use_and_give_back(&self.budget, room.unwrap());
            self.answered.fetch_add(1, Ordering::SeqCst);
        }

        fn is_gone(&self) -> bool {
            false
        }
    }

    /// Below the soft bound by the purse, above it under the lock, and at the bound in line: each writer is
    /// answered, and at the end nothing is used.
    #[test]
    fn room_is_conserved_and_no_wake_up_is_lost() {
        let run = || {
            let budget = Arc::new(Budget::new(MAX.bytes, MAX.entries, 100, 0, ManualClock::new()));
            let answered = Arc::new(AtomicU64::new(0));
            let writer = |units: u64, account: usize| {
                let (budget, answered) = (Arc::clone(&budget), Arc::clone(&answered));
                shuttle::thread::spawn(move || {
                    for _ in 0..2 {
                        let need = of(units);
                        let account = Account::numbered(account);
                        if budget.try_take(need, account) {
                            use_and_give_back(&budget, need);
                            answered.fetch_add(1, Ordering::SeqCst);
                            continue;
                        }
                        let (budget, answered) = (Arc::clone(&budget), Arc::clone(&answered));
                        let patient = Patient { budget: Arc::clone(&budget), answered };
                        let until = Moment(u64::MAX);
                        let ask =
                            Ask { need, spot: None, account, until, number: None, is_again: false };
                        assert!(budget.wait(ask, patient).is_ok());
                    }
                })
            };
            let threads = [writer(1, 0), writer(4, 0), writer(7, 1)];
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(answered.load(Ordering::SeqCst), 6);
            assert_eq!((budget.used(), budget.waiting()), (Room::default(), (0, 0, 0)));
            assert!(budget.try_take(of(1), Account::default()), "and it goes on");
        };
        shuttle::check_random(run, 5000);
    }
}
