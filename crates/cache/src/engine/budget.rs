//! How much may be dirty, and the line of writers who wait for room (G7).

use std::collections::VecDeque;
use std::fmt;

use forebay_store::sync::atomic::{AtomicBool, Ordering};
use forebay_store::sync::{Mutex, MutexGuard};
use forebay_store::{Error, Result};

use super::grade;
use super::purse::Purse;
use crate::table::closed;

/// Room among the dirty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) bytes: u64,
    pub(crate) entries: u64,
}

/// One budget a cache. Its numbers change under one lock, so no wake-up is lost between them; but for what is taken
/// and given back while less than the soft bound is used, nobody waits and nobody was refused: that goes
/// by the purse, which is closed under the lock before anything else is looked at.
#[derive(Debug)]
pub(crate) struct Budget {
    purse: Purse,
    state: Mutex<State>,
    /// What `note_pressure` found last, to be read without the lock.
    is_pressed: AtomicBool,
    /// How much may be used.
    max: Room,
    waiting_max: usize,
    quarantine_bytes_max: u64,
}

#[derive(Debug, Default)]
struct State {
    /// With what is in the purse.
    used: Room,
    quarantine_bytes: u64,
    waiting: VecDeque<Waiting>,
    /// A writer was refused since room was last given back.
    has_refused: bool,
    is_closed: bool,
}

/// A writer in the line.
struct Waiting {
    need: Room,
    writer: Box<dyn Writer>,
}

/// Somebody who waits for room.
pub(crate) trait Writer: Send {
    /// Goes on with the room that he has waited for, or is told why there is none.
    fn go(self: Box<Self>, room: Result<Room>);

    /// Whether nobody waits for his answer any more.
    fn is_gone(&self) -> bool;
}

impl Budget {
    pub(crate) fn new(
        bytes_max: u64,
        entries_max: u64,
        waiting_max: usize,
        quarantine_bytes_max: u64,
    ) -> Self {
        let max = Room { bytes: bytes_max, entries: entries_max };
        let lent = grade::soft(max).least(Purse::MOST);
        Self {
            purse: Purse::new(lent),
            state: Mutex::new(State { used: lent, ..State::default() }),
            is_pressed: AtomicBool::new(false),
            max,
            waiting_max,
            quarantine_bytes_max,
        }
    }

    pub(crate) fn bytes_max(&self) -> u64 {
        self.max.bytes
    }

    /// Whether there could ever be so much room.
    pub(crate) fn could_hold(&self, need: Room) -> bool {
        need.bytes <= self.max.bytes && need.entries <= self.max.entries
    }

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

    /// Opens the purse, if there is no reason any more to ask under the lock.
    fn open_if_calm(&self, state: &mut State) {
        let is_calm = state.waiting.is_empty() && !state.has_refused && !state.is_closed;
        let soft = grade::soft(self.max).least(Purse::MOST);
        if is_calm && grade::is_calm(state.used, soft) {
            let lent = soft.beyond(state.used);
            state.used.add(lent);
            self.purse.open(lent);
        }
    }

    /// The bytes of everything unstored, in quarantine or not.
    pub(crate) fn unstored_bytes(&self) -> u64 {
        let state = self.state.lock();
        self.used_of(&state).bytes + state.quarantine_bytes
    }

    /// Bytes in quarantine.
    pub(crate) fn quarantined(&self) -> u64 {
        self.state.lock().quarantine_bytes
    }

    pub(crate) fn waiting(&self) -> usize {
        self.state.lock().waiting.len()
    }

    /// Whether the flusher should not wait any longer for writes to join: little
    /// room is left, or a writer waits.
    pub(crate) fn is_pressed(&self) -> bool {
        self.is_pressed.load(Ordering::Relaxed)
    }

    /// The end of every change of the state, under its lock.
    fn note_pressure(&self, state: &State) {
        let is_pressed = !state.waiting.is_empty()
            || state.has_refused
            || grade::is_pressing(state.used, self.max);
        self.is_pressed.store(is_pressed, Ordering::Relaxed);
    }

    /// Takes room whether there is some or not: for what was accepted before.
    pub(crate) fn take_anyway(&self, need: Room) {
        if self.purse.take(need) {
            return;
        }
        let mut state = self.closed();
        state.used.add(need);
        self.note_pressure(&state);
    }

    /// Takes room if there is some and nobody is in the line for it.
    #[inline]
    pub(crate) fn try_take(&self, need: Room) -> bool {
        need.is_none() || self.purse.take(need) || self.try_take_closed(need)
    }

    fn try_take_closed(&self, need: Room) -> bool {
        let mut state = self.closed();
        // An overwrite that grows goes past the line: it adds no entry, and it must not wait
        // behind a writer who may be waiting for this very key to be stored.
        let is_in_turn = need.entries == 0 || state.waiting.is_empty();
        let fits = is_in_turn && self.fits(&state, need);
        if fits {
            state.used.add(need);
            self.note_pressure(&state);
        }
        fits
    }

    fn fits(&self, state: &State, need: Room) -> bool {
        state.used.bytes + need.bytes <= self.max.bytes
            && state.used.entries + need.entries <= self.max.entries
    }

    /// Gets in line: the writer goes on with the room, or is told if the cache is closed first. If the
    /// line itself is full, he is given back. Who is gone by the time is passed over. It may run foreign
    /// code.
    pub(crate) fn wait<W: Writer + 'static>(&self, need: Room, writer: W) -> Result<(), W> {
        self.pass_over_gone();
        let mut state = self.closed();
        if state.is_closed {
            drop(state);
            Box::new(writer).go(Err(closed()));
            return Ok(());
        }
        if state.waiting.is_empty() && self.fits(&state, need) {
            state.used.add(need);
            self.note_pressure(&state);
            drop(state);
            Box::new(writer).go(Ok(need));
            return Ok(());
        }
        if state.waiting.len() >= self.waiting_max {
            return Err(writer);
        }
        state.waiting.push_back(Waiting { need, writer: Box::new(writer) });
        self.note_pressure(&state);
        Ok(())
    }

    /// Who has gone holds up nobody: neither with what he wanted, at the head of the line, nor with his
    /// place, in a full one.
    fn pass_over_gone(&self) {
        let is_gone = |waiting: &Waiting| waiting.writer.is_gone();
        let gone: VecDeque<_> = {
            let mut state = self.state.lock();
            let is_full = state.waiting.len() >= self.waiting_max;
            if !is_full && !state.waiting.front().is_some_and(is_gone) {
                return;
            }
            let all = std::mem::take(&mut state.waiting);
            let (gone, waiting) = all.into_iter().partition(is_gone);
            state.waiting = waiting;
            self.note_pressure(&state);
            gone
        };
        if !gone.is_empty() {
            super::trampoline::caught(|| drop(gone));
            self.grant();
        }
    }

    /// Gives room back and calls who can go on now, outside the lock.
    pub(crate) fn give_back(&self, room: Room, quarantine_bytes: u64) {
        let is_room_only = quarantine_bytes == 0;
        if is_room_only && (room.is_none() || self.purse.put(room)) {
            return;
        }
        {
            let mut state = self.closed();
            state.used.subtract(room);
            state.quarantine_bytes = state.quarantine_bytes.saturating_sub(quarantine_bytes);
            state.has_refused = false;
            self.note_pressure(&state);
            self.open_if_calm(&mut state);
            if state.waiting.is_empty() {
                return;
            }
        }
        self.grant();
    }

    fn grant(&self) {
        loop {
            let (next, is_gone) = {
                let mut state = self.state.lock();
                let Some(first) = state.waiting.front() else { return };
                let (need, is_gone) = (first.need, first.writer.is_gone());
                if !is_gone {
                    if !self.fits(&state, need) {
                        return;
                    }
                    state.used.add(need);
                }
                let next = state.waiting.pop_front();
                self.note_pressure(&state);
                (next, is_gone)
            };
            let Some(Waiting { need, writer }) = next else { return };
            if is_gone {
                super::trampoline::caught(|| drop(writer));
            } else {
                super::trampoline::run(move || writer.go(Ok(need)));
            }
        }
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

    /// Nobody waits any more, and nobody will.
    pub(crate) fn close(&self) {
        let waiting = {
            let mut state = self.closed();
            state.is_closed = true;
            std::mem::take(&mut state.waiting)
        };
        for waiting in waiting {
            super::trampoline::caught(|| waiting.writer.go(Err(closed())));
        }
    }

    /// What to tell a writer who will not wait.
    pub(crate) fn busy(&self, retry_after: std::time::Duration) -> Error {
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
            state.waiting.len(),
        );
        Error::busy(message, retry_after)
    }
}

impl Room {
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

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("need", &self.need).finish_non_exhaustive()
    }
}

#[cfg(all(test, shuttle))]
mod schedules {
    use std::sync::Arc;

    use forebay_store::Result;
    use forebay_store::sync::atomic::{AtomicU64, Ordering};

    use super::{Budget, Room, Writer};

    const MAX: Room = Room { bytes: 8, entries: 4 };

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
            let budget = Arc::new(Budget::new(MAX.bytes, MAX.entries, 100, 0));
            let answered = Arc::new(AtomicU64::new(0));
            let writer = |bytes: u64| {
                let (budget, answered) = (Arc::clone(&budget), Arc::clone(&answered));
                shuttle::thread::spawn(move || {
                    for _ in 0..2 {
                        let need = Room { bytes, entries: 1 };
                        if budget.try_take(need) {
                            use_and_give_back(&budget, need);
                            answered.fetch_add(1, Ordering::SeqCst);
                            continue;
                        }
                        let (budget, answered) = (Arc::clone(&budget), Arc::clone(&answered));
                        let patient = Patient { budget: Arc::clone(&budget), answered };
                        assert!(budget.wait(need, patient).is_ok());
                    }
                })
            };
            let threads = [writer(1), writer(4), writer(7)];
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(answered.load(Ordering::SeqCst), 6);
            assert_eq!((budget.used(), budget.waiting()), (Room::default(), 0));
            assert!(budget.try_take(Room { bytes: 1, entries: 1 }), "and it goes on");
        };
        shuttle::check_random(run, 5000);
    }
}
