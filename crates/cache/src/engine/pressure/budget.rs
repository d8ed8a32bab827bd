//! How much may be dirty (G7): the numbers. Who waits for some is in `waiters.rs`.

use std::fmt;
use std::sync::Arc;

use forebay_store::Moment;
use forebay_store::seam::Clock;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use forebay_store::sync::{Mutex, MutexGuard};

use super::grade;
use super::line::{Account, Line, Sweep};
use super::purse::Purse;
use crate::table::WORK_BYTES;

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
    purse: Purse,
    pub(in crate::engine) state: Mutex<State>,
    /// What `note_pressure` found last, to be read without the lock.
    is_pressed: AtomicBool,
    /// Handles that have an account of their own, all there ever were.
    accounts: AtomicUsize,
    /// Writers that waited, all there ever were.
    arrivals: AtomicU64,
    pub(in crate::engine) clock: Arc<dyn Clock>,
    /// How much may be used.
    pub(in crate::engine) max: Room,
    pub(in crate::engine) waiting_max: usize,
    quarantine_bytes_max: u64,
}

#[derive(Debug, Default)]
pub(in crate::engine) struct State {
    /// With what is in the purse. All of it is charged.
    pub(in crate::engine) used: Room,
    pub(in crate::engine) quarantine_bytes: u64,
    pub(in crate::engine) line: Line,
    pub(in crate::engine) sweep: Sweep,
    /// Whoever has the turn found no room when he was last looked at: nobody else goes before him.
    pub(in crate::engine) is_blocked: bool,
    /// What was given back lately, halved as what is taken.
    pub(in crate::engine) given_back: Room,
    /// A writer was refused since room was last given back.
    pub(in crate::engine) has_refused: bool,
    /// When somebody looks at the line.
    pub(in crate::engine) armed: Option<Moment>,
    pub(in crate::engine) is_closed: bool,
}

impl State {
    pub(in crate::engine) fn give(&mut self, need: Room, account: Account) {
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
            purse: Purse::new(lent),
            state: Mutex::new(State { used: lent, ..State::default() }),
            is_pressed: AtomicBool::new(false),
            accounts: AtomicUsize::new(0),
            arrivals: AtomicU64::new(0),
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

    /// The number of a writer who is about to wait: who came before has a lower one.
    pub(in crate::engine) fn arrival(&self) -> u64 {
        self.arrivals.fetch_add(1, Ordering::Relaxed)
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
    pub(in crate::engine) fn closed(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock();
        state.used.subtract(self.purse.close());
        state
    }

    /// Locks it as `closed` does, and lets the line age to the present moment.
    pub(in crate::engine) fn aged(&self) -> (MutexGuard<'_, State>, Moment) {
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

    /// Whether the flusher should not wait any longer for writes to join: little
    /// room is left, or a writer waits.
    #[inline]
    pub(crate) fn is_pressed(&self) -> bool {
        self.is_pressed.load(Ordering::Relaxed)
    }

    /// The end of every change of the state, under its lock.
    pub(in crate::engine) fn note_pressure(&self, state: &State) {
        let is_pressed =
            !state.line.is_empty() || state.has_refused || grade::is_pressing(state.used, self.max);
        self.is_pressed.store(is_pressed, Ordering::Relaxed);
    }

    /// Takes it of the purse, if it is there.
    #[inline]
    fn take_lent(&self, need: Room) -> bool {
        match self.purse.take(need) {
            Ok(is_taken) => is_taken,
            Err(wanted) => self.take_fetched(need, wanted),
        }
    }

    #[cold]
    fn take_fetched(&self, need: Room, wanted: Room) -> bool {
        // Under the lock, so that whoever closes the purse meanwhile finds it here or there.
        let state = self.state.lock();
        let is_there = self.purse.fetch(wanted);
        drop(state);
        is_there && self.purse.take(need) == Ok(true)
    }

    /// Takes room whether there is some or not: for what was accepted before.
    pub(crate) fn take_anyway(&self, need: Room) {
        let need = need.charged();
        if self.take_lent(need) {
            return;
        }
        let mut state = self.closed();
        state.used.add(need);
        self.note_pressure(&state);
    }

    /// Takes room for an account if there is some, and it is its turn.
    #[inline]
    pub(crate) fn try_take(&self, need: Room, account: Account) -> bool {
        // As a rule this thread has it in its pocket.
        self.purse.take_own(need.charged()) || self.try_take_late(need, account)
    }

    #[inline(never)]
    fn try_take_late(&self, need: Room, account: Account) -> bool {
        self.try_take_noted(need, account).is_some()
    }

    /// As [`try_take`](Self::try_take). Says how much of it counts as taken by the account: what was in the purse is noted of
    /// nobody.
    #[inline]
    pub(crate) fn try_take_noted(&self, need: Room, account: Account) -> Option<Room> {
        let charged = need.charged();
        if charged.is_none() || self.take_lent(charged) {
            return Some(Room::default());
        }
        self.try_take_closed(charged, account).then_some(need)
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
    pub(in crate::engine) fn is_held(&self, state: &State, account: Account) -> bool {
        self.is_scarce(state) && state.line.is_ahead(account)
    }

    pub(in crate::engine) fn is_scarce(&self, state: &State) -> bool {
        grade::is_scarce(state.used, self.max)
    }

    pub(in crate::engine) fn fits(&self, state: &State, need: Room) -> bool {
        state.used.bytes + need.bytes <= self.max.bytes
            && state.used.entries + need.entries <= self.max.entries
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
}

impl Room {
    /// With what each key takes of memory beside its entry.
    #[inline]
    pub(in crate::engine) fn charged(self) -> Self {
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

#[cfg(all(test, not(shuttle)))]
mod tests {
    use forebay_store::seam::manual::ManualClock;

    use super::{Account, Budget, Room};
    use crate::table::WORK_BYTES;

    #[test]
    fn room_in_a_pocket_is_not_used_and_is_there_for_whoever_needs_it() {
        const MAX: Room = Room { bytes: 1 << 20, entries: 10_000 };
        let budget = Budget::new(MAX.bytes, MAX.entries, 10, 0, ManualClock::new());
        let one = Room { bytes: 36, entries: 1 };
        let account = Account::default();
        assert!(budget.try_take(one, account));
        assert_eq!(budget.used(), one.charged());
        // All the rest, of which some is in the pocket of this thread.
        let left = Room { bytes: MAX.bytes - 36 - WORK_BYTES * 2, entries: 1 };
        assert!(budget.try_take(left, account), "{:?}", budget.used());
        assert_eq!(budget.used(), Room { bytes: MAX.bytes, entries: 2 });
        assert!(!budget.try_take(one, account));
        budget.give_back(left, 0);
        assert!(budget.try_take(one, account), "and it is open again");
        budget.give_back(one, 0);
        budget.give_back(one, 0);
        assert_eq!(budget.used(), Room::default());
    }
}
