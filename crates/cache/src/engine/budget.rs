//! How much may be dirty, and who has room among it (G7).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::Clock;
use forebay_store::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use forebay_store::sync::{Mutex, MutexGuard};
use forebay_store::{Error, Moment, Result};

use super::apart::Apart;
use super::grade;
use super::line::{Account, Line, Spot, Sweep, Waiting, Writer};
use super::purse::Purse;
use super::trampoline::{self, caught};
use crate::table::{WORK_BYTES, closed};

/// Room among the dirty, as those who want some know it: bytes of values, and keys. What a key takes beside them is
/// known here alone, and is [charged](Room::charged) at this door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) bytes: u64,
    pub(crate) entries: u64,
}

/// One budget a cache. Its numbers change under one lock, so no wake-up is lost between them; but for what is taken
/// and given back while less than the soft bound is used, nobody waits and nobody was refused: that goes
/// by the purse, which is closed under the lock before anything else is looked at.
pub(crate) struct Budget {
    purse: Apart<Purse>,
    state: Mutex<State>,
    /// What `note_pressure` found last, to be read without the lock.
    is_pressed: AtomicBool,
    /// Handles that have an account of their own, all there ever were.
    accounts: AtomicUsize,
    clock: Arc<dyn Clock>,
    /// How much may be used.
    max: Room,
    waiting_max: usize,
    quarantine_bytes_max: u64,
}

#[derive(Debug, Default)]
struct State {
    /// With what is in the purse. All of it is charged.
    used: Room,
    quarantine_bytes: u64,
    line: Line,
    sweep: Sweep,
    /// Whoever has the turn found no room when he was last looked at: nobody else goes before him.
    is_blocked: bool,
    /// What was given back lately, halved as what is taken.
    given_back: Room,
    /// A writer was refused since room was last given back.
    has_refused: bool,
    /// When somebody looks at the line.
    armed: Option<Moment>,
    is_closed: bool,
}

/// Who asks to wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) need: Room,
    /// The key that he writes, if it is one.
    pub(crate) spot: Option<Spot>,
    pub(crate) account: Account,
    pub(crate) until: Moment,
    /// He had his turn, and found that he needs more.
    pub(crate) is_again: bool,
}

/// How far from room somebody is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Distance {
    /// So much has to be given back before.
    pub(crate) missing: Room,
    /// What was given back in a second, by what was lately.
    pub(crate) per_second: Room,
    pub(crate) used: Room,
}

impl State {
    fn give(&mut self, need: Room, account: Account) {
        self.used.add(need);
        self.line.took(account, need.bytes);
    }
}

impl Budget {
    pub(crate) fn new(
        bytes_max: u64,
        entries_max: u64,
        waiting_max: usize,
        quarantine_bytes_max: u64,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let max = Room { bytes: bytes_max, entries: entries_max };
        let lent = grade::soft(max).least(Purse::MOST);
        Self {
            purse: Apart(Purse::new(lent)),
            state: Mutex::new(State { used: lent, ..State::default() }),
            is_pressed: AtomicBool::new(false),
            accounts: AtomicUsize::new(0),
            clock,
            max,
            waiting_max,
            quarantine_bytes_max,
        }
    }

    /// An account for a handle.
    pub(crate) fn account(&self) -> Account {
        Account::numbered(self.accounts.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether there could ever be so much room.
    pub(crate) fn could_hold(&self, need: Room) -> bool {
        let need = need.charged();
        need.bytes <= self.max.bytes && need.entries <= self.max.entries
    }

    /// What is used, charged.
    pub(crate) fn used(&self) -> Room {
        self.used_of(&self.state.lock())
    }

    fn used_of(&self, state: &State) -> Room {
        state.used.beyond(self.purse.held())
    }

    /// Locks it for whoever finds the purse closed, or not full enough. From here on what is used is known.
    fn closed(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock();
        state.used.subtract(self.purse.close());
        state
    }

    /// Locks it as `closed` does, and lets the line age to the present moment.
    fn aged(&self) -> (MutexGuard<'_, State>, Moment) {
        let now = self.clock.now();
        let mut state = self.closed();
        let halvings = state.line.age(now);
        state.given_back.halve(halvings);
        (state, now)
    }

    /// Opens the purse, if there is no reason any more to ask under the lock.
    fn open_if_calm(&self, state: &mut State) {
        let is_calm = state.line.is_empty() && !state.has_refused && !state.is_closed;
        let soft = grade::soft(self.max).least(Purse::MOST);
        if is_calm && grade::is_calm(state.used, soft) {
            let lent = soft.beyond(state.used);
            state.used.add(lent);
            self.purse.open(lent);
        }
    }

    /// The bytes of everything unstored, in quarantine or not, and of what is noted about it.
    pub(crate) fn unstored_bytes(&self) -> u64 {
        let state = self.state.lock();
        self.used_of(&state).bytes + state.quarantine_bytes
    }

    /// Bytes in quarantine.
    pub(crate) fn quarantined(&self) -> u64 {
        self.state.lock().quarantine_bytes
    }

    /// How many writers wait, of how many accounts, and how many of the one that has most.
    pub(crate) fn waiting(&self) -> (usize, usize, usize) {
        let state = self.state.lock();
        let (accounts, most) = state.line.crowd();
        (state.line.len(), accounts, most)
    }

    /// Whether the flusher should not wait any longer for writes to join: little
    /// room is left, or a writer waits.
    pub(crate) fn is_pressed(&self) -> bool {
        self.is_pressed.load(Ordering::Relaxed)
    }

    /// The end of every change of the state, under its lock.
    fn note_pressure(&self, state: &State) {
        let is_pressed =
            !state.line.is_empty() || state.has_refused || grade::is_pressing(state.used, self.max);
        self.is_pressed.store(is_pressed, Ordering::Relaxed);
    }

    /// Takes room whether there is some or not: for what was accepted before.
    pub(crate) fn take_anyway(&self, need: Room) {
        let need = need.charged();
        if self.purse.take(need) {
            return;
        }
        let mut state = self.closed();
        state.used.add(need);
        self.note_pressure(&state);
    }

    /// Takes room for an account if there is some, and it is its turn.
    #[inline]
    pub(crate) fn try_take(&self, need: Room, account: Account) -> bool {
        let need = need.charged();
        need.is_none() || self.purse.take(need) || self.try_take_closed(need, account)
    }

    fn try_take_closed(&self, need: Room, account: Account) -> bool {
        let (mut state, _) = self.aged();
        // An overwrite that grows goes past the line: it adds no entry, and it must not wait
        // behind a writer who may be waiting for this very key to be stored.
        let is_in_turn = need.entries == 0 || self.is_in_turn(&state, account);
        let is_taken = is_in_turn && self.fits(&state, need);
        if is_taken {
            state.give(need, account);
            self.note_pressure(&state);
        }
        is_taken
    }

    /// Whether whoever comes now may take room without standing in line.
    fn is_in_turn(&self, state: &State, account: Account) -> bool {
        !state.is_blocked && !state.line.has(account) && !self.is_held(state, account)
    }

    /// Whether an account is to wait although there may be room: it is scarce, and it had more than its share.
    fn is_held(&self, state: &State, account: Account) -> bool {
        self.is_scarce(state) && state.line.is_ahead(account)
    }

    fn is_scarce(&self, state: &State) -> bool {
        grade::is_scarce(state.used, self.max)
    }

    fn fits(&self, state: &State, need: Room) -> bool {
        state.used.bytes + need.bytes <= self.max.bytes
            && state.used.entries + need.entries <= self.max.entries
    }

    /// Gets in line: the writer goes on with the room, or is told if the cache is closed first. If the
    /// line itself is full, he is given back. Who is gone by the time is passed over. It may run foreign
    /// code.
    pub(crate) fn wait<W: Writer + 'static>(&self, ask: Ask, writer: W) -> Result<(), W> {
        self.pass_over_gone();
        let (mut state, _) = self.aged();
        if state.is_closed {
            drop(state);
            Box::new(writer).go(Err(closed()));
            return Ok(());
        }
        if state.line.len() >= self.waiting_max {
            return Err(writer);
        }
        let Ask { need, spot, account, until, is_again } = ask;
        let writer = Box::new(writer);
        state.line.push(Waiting { need, spot, account, until, writer }, is_again);
        self.note_pressure(&state);
        drop(state);
        // There may be room by now, or those before him were held back and are so no more.
        self.grant();
        Ok(())
    }

    /// Who has gone keeps nobody out of a full line for long.
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

    /// Gives room back and calls who can go on now, outside the lock.
    pub(crate) fn give_back(&self, room: Room, quarantine_bytes: u64) {
        let room = room.charged();
        let is_room_only = quarantine_bytes == 0;
        if is_room_only && (room.is_none() || self.purse.put(room)) {
            return;
        }
        {
            let (mut state, _) = self.aged();
            state.used.subtract(room);
            state.given_back.add(room);
            state.quarantine_bytes = state.quarantine_bytes.saturating_sub(quarantine_bytes);
            state.has_refused = false;
            self.note_pressure(&state);
            self.open_if_calm(&mut state);
            if state.line.is_empty() {
                return;
            }
        }
        self.grant();
    }

    /// So much of what an account has taken goes back unused, so it does not count as one who took it. The room itself is
    /// given back beside that.
    pub(crate) fn untake(&self, unused: Room, account: Account) {
        if !unused.is_none() {
            self.state.lock().line.untook(account, unused.charged().bytes);
        }
    }

    /// Has those who wait to write these keys ask anew, each from his place in the line: what is there of the key has
    /// changed, so they may need less than they wait for, or nothing. Who gets in line at this very moment is called by the next
    /// of these. It may run foreign code.
    pub(super) fn recall(&self, spots: &[Spot]) {
        // Whoever waits presses.
        if spots.is_empty() || !self.is_pressed() {
            return;
        }
        let called = {
            let mut state = self.closed();
            let called = state.line.take_of(spots);
            self.note_pressure(&state);
            called
        };
        if called.is_empty() {
            return;
        }
        for Waiting { writer, .. } in called {
            trampoline::run(move || writer.go(Ok(Room::default())));
        }
        // Whoever stood behind the first of them may have the turn.
        self.grant();
    }

    /// Tells everybody in the line that there will be no room. It may run foreign code.
    pub(super) fn turn_away(&self, why: &Error) {
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

    /// Calls whoever can go on now, each in his turn.
    pub(super) fn grant(&self) {
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

    /// When somebody is to look at the line, if nobody will by then.
    pub(crate) fn arm(&self) -> Option<(Moment, Moment)> {
        let (mut state, now) = self.aged();
        let due = state.line.next_look(now)?;
        // Who should have looked by now may never do.
        if state.armed.is_some_and(|armed| now < armed && armed <= due) {
            return None;
        }
        state.armed = Some(due);
        Some((now, due))
    }

    /// Looks at the line, as was to be done at `due`: who has waited for as long as he may is the caller's to tell.
    /// `None` if somebody else looks, or did.
    pub(super) fn look(&self, due: Moment) -> Option<Vec<Waiting>> {
        let (mut state, now) = self.aged();
        if state.armed != Some(due) {
            return None;
        }
        state.armed = None;
        let overdue = state.line.take_overdue(now);
        self.note_pressure(&state);
        Some(overdue)
    }

    /// How far from room a writer is who gets in line now.
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

    /// Takes room in quarantine.
    pub(crate) fn try_quarantine(&self, bytes: u64) -> bool {
        let mut state = self.state.lock();
        let fits = state.quarantine_bytes + bytes <= self.quarantine_bytes_max;
        if fits {
            state.quarantine_bytes += bytes;
        }
        fits
    }

    /// Takes room in quarantine whether there is some or not: for what was there before.
    pub(crate) fn quarantine_anyway(&self, bytes: u64) {
        self.state.lock().quarantine_bytes += bytes;
    }

    /// Nobody waits any more, and nobody will.
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

    /// What to tell a writer who will not wait.
    pub(crate) fn busy(&self, retry_after: Duration) -> Error {
        let mut state = self.closed();
        // He will be back, and there should be room then.
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

impl Room {
    /// With what each key takes of memory beside its entry.
    #[inline]
    pub(super) fn charged(self) -> Self {
        Self { bytes: self.bytes.saturating_add(WORK_BYTES.saturating_mul(self.entries)), ..self }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.bytes == 0 && self.entries == 0
    }

    /// What there is of it beyond `other`.
    pub(crate) fn beyond(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_sub(other.bytes),
            entries: self.entries.saturating_sub(other.entries),
        }
    }

    /// The smaller one of each.
    pub(crate) fn least(self, other: Self) -> Self {
        Self { bytes: self.bytes.min(other.bytes), entries: self.entries.min(other.entries) }
    }

    /// Adds.
    pub(crate) fn add(&mut self, more: Self) {
        self.bytes += more.bytes;
        self.entries += more.entries;
    }

    /// Halves it so many times.
    fn halve(&mut self, times: u32) {
        self.bytes = self.bytes.checked_shr(times).unwrap_or(0);
        self.entries = self.entries.checked_shr(times).unwrap_or(0);
    }

    /// Subtracts.
    pub(crate) fn subtract(&mut self, less: Self) {
        debug_assert!(
            self.bytes >= less.bytes && self.entries >= less.entries,
            "room is conserved"
        );
        self.bytes = self.bytes.saturating_sub(less.bytes);
        self.entries = self.entries.saturating_sub(less.entries);
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").field("max", &self.max).finish_non_exhaustive()
    }
}

#[cfg(all(test, shuttle))]
mod schedules {
    use std::sync::Arc;

    use forebay_store::Result;
    use forebay_store::sync::atomic::{AtomicU64, Ordering};

    use forebay_store::Moment;
    use forebay_store::seam::manual::ManualClock;

    use super::{Ask, Budget, Room, WORK_BYTES};
    use crate::engine::line::{Account, Writer};

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

    /// Below the soft bound by the purse, above it under the lock, and at the bound in line: whoever comes is
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
                        let ask = Ask { need, spot: None, account, until, is_again: false };
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
