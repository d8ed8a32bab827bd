//! Room that may be taken without a lock: what is left below the soft bound.
//!
//! It is one word, which all threads would write at each put. So a thread fetches some ahead, and has it in a pocket.
//!
//! | | the word | a pocket |
//! |---|---|---|
//! | taking what one put needs | where no pocket is worth it: any time | its thread: any time |
//! | from the word into a pocket | under the lock of the budget | under the lock of the budget |
//! | giving back | any time | never |
//! | closing, opening | under the lock of the budget | under the lock of the budget |
//!
//! What is on its way from the word to a pocket is so under the lock, so whoever closes the purse finds all of it, and nobody waits
//! for room that lies in a pocket.

use forebay_lock::leased;
use forebay_store::sync::atomic::{AtomicU64, Ordering};

use super::budget::Room;
use crate::engine::apart::Apart;

/// The word and the pockets. All are open, or all closed; but for the moment in which they are opened or closed.
#[derive(Debug)]
pub(in crate::engine) struct Purse {
    word: Apart<Word>,
    pockets: [Apart<Word>; POCKETS],
}

/// Threads have a pocket each, or share some. A power of two. The schedule explorer's threads do both.
const POCKETS: usize = if cfg!(shuttle) { 2 } else { 8 };

/// A pocket is filled for so many puts at once.
const PUTS: u64 = 64;

/// It is given at most such a part of what is left, so that all of them together have little of it.
const PART: u64 = if cfg!(shuttle) { 1 } else { 32 };

impl Purse {
    /// More than this is never in it.
    pub(in crate::engine) const MOST: Room = Word::MOST;

    pub(in crate::engine) fn new(room: Room) -> Self {
        let pocket = || Apart(Word::new(Room::default()));
        Self { word: Apart(Word::new(room)), pockets: std::array::from_fn(|_| pocket()) }
    }

    /// Takes what is needed, if it is there. `Err` says how much is best fetched into this thread's pocket before.
    #[inline]
    pub(in crate::engine) fn take(&self, need: Room) -> Result<bool, Room> {
        if self.take_own(need) { Ok(true) } else { self.take_of_word(need) }
    }

    /// Takes what is needed, if it is in this thread's pocket.
    #[inline]
    pub(in crate::engine) fn take_own(&self, need: Room) -> bool {
        // Growth alone would leave a pocket full of entries without bytes.
        need.entries > 0 && self.own().take(need)
    }

    fn take_of_word(&self, need: Room) -> Result<bool, Room> {
        let (held, times) = (self.word.held(), PUTS * need.entries);
        let most = Room { bytes: held.bytes / PART, entries: held.entries / PART };
        let wanted = Room { bytes: need.bytes.saturating_mul(times), entries: times }.least(most);
        // What is too little is no help, and leads here again at once.
        let is_worth_it = wanted.entries >= need.entries.max(2) && wanted.bytes >= need.bytes;
        if is_worth_it { Err(wanted) } else { Ok(self.word.take(need)) }
    }

    /// Under the lock: puts so much of the word into this thread's pocket, if it is there.
    pub(in crate::engine) fn fetch(&self, room: Room) -> bool {
        // A closed one gives nothing, and under the lock what is open stays so.
        self.word.take(room) && self.own().put(room)
    }

    /// Puts back what was taken, unless it is closed. Together it is never more than when it was opened, and
    /// what was used then.
    #[inline]
    pub(in crate::engine) fn put(&self, room: Room) -> bool {
        self.word.put(room)
    }

    /// Under the lock: nobody takes of it any more. What was in it is the caller's.
    pub(in crate::engine) fn close(&self) -> Room {
        // As long as it is closed many come here, and all of it is.
        if self.word.is_closed() {
            return Room::default();
        }
        let mut held = self.word.close();
        self.pockets.iter().for_each(|pocket| held.add(pocket.close()));
        held
    }

    /// Under the lock, if it is closed.
    pub(in crate::engine) fn open(&self, room: Room) {
        self.word.open(room);
        self.pockets.iter().for_each(|pocket| pocket.open(Room::default()));
    }

    /// What is in it now. Under the lock nobody opens or closes it meanwhile, nor fills a pocket.
    pub(in crate::engine) fn held(&self) -> Room {
        let mut held = self.word.held();
        self.pockets.iter().for_each(|pocket| held.add(pocket.held()));
        held
    }

    #[inline]
    fn own(&self) -> &Word {
        &self.pockets[leased() % POCKETS]
    }
}

/// Open, it has so much room to be taken, and takes back what is given. Closed, it has none, and whoever comes
/// has to ask under the lock of the budget, which alone opens and closes it.
#[derive(Debug)]
struct Word(AtomicU64);

const BYTES_BITS: u32 = 40;
const BYTES: u64 = (1 << BYTES_BITS) - 1;
const ENTRIES: u64 = (1 << 23) - 1;
const CLOSED: u64 = 1 << 63;

impl Word {
    /// More than this is never in it. Bytes and entries share it, so that both are taken at once or neither.
    const MOST: Room = Room { bytes: BYTES, entries: ENTRIES };

    fn new(room: Room) -> Self {
        Self(AtomicU64::new(word(room)))
    }

    /// Takes what is needed, if it is there.
    #[inline]
    fn take(&self, need: Room) -> bool {
        if need.bytes > BYTES || need.entries > ENTRIES {
            return false;
        }
        self.change(|held| {
            let is_enough = held & BYTES >= need.bytes && held >> BYTES_BITS >= need.entries;
            is_enough.then(|| held - word(need))
        })
    }

    /// Puts back what was taken, unless it is closed. Together it is never more than when it was opened, and
    /// what was used then.
    #[inline]
    fn put(&self, room: Room) -> bool {
        self.change(|held| Some(held + word(room)))
    }

    #[inline]
    fn change(&self, change: impl Fn(u64) -> Option<u64>) -> bool {
        let open = |held: u64| if held & CLOSED == 0 { change(held) } else { None };
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, open).is_ok()
    }

    /// Under the lock: nobody takes of it any more. What was in it is the caller's.
    fn close(&self) -> Room {
        let held = self.0.swap(CLOSED, Ordering::AcqRel) & !CLOSED;
        room(held)
    }

    /// Under the lock.
    fn is_closed(&self) -> bool {
        self.0.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Under the lock, if it is closed.
    fn open(&self, room: Room) {
        self.0.store(word(room), Ordering::Release);
    }

    /// What is in it now. Under the lock nobody opens or closes it meanwhile.
    fn held(&self) -> Room {
        room(self.0.load(Ordering::Acquire) & !CLOSED)
    }
}

const fn word(room: Room) -> u64 {
    room.entries << BYTES_BITS | room.bytes
}

const fn room(word: u64) -> Room {
    Room { bytes: word & BYTES, entries: word >> BYTES_BITS }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    const fn of(bytes: u64, entries: u64) -> Room {
        Room { bytes, entries }
    }

    #[test]
    fn both_are_taken_or_neither() {
        let word = Word::new(of(10, 2));
        assert!(!word.take(of(11, 1)) && !word.take(of(1, 3)));
        assert_eq!(word.held(), of(10, 2));
        assert!(word.take(of(10, 1)) && !word.take(of(1, 1)) && word.take(of(0, 1)));
        assert!(word.put(of(3, 2)));
        assert_eq!(word.held(), of(3, 2));
    }

    #[test]
    fn what_is_closed_gives_and_takes_nothing() {
        let word = Word::new(Word::MOST);
        assert_eq!(word.close(), Word::MOST);
        assert!(!word.take(of(0, 0)) && !word.put(of(1, 1)));
        assert_eq!(word.close(), of(0, 0));
        word.open(of(1, 1));
        assert!(word.take(of(1, 1)));
    }

    #[test]
    fn a_pocket_is_filled_with_a_part_of_what_is_left_and_what_is_in_it_is_not_lost() {
        let purse = Purse::new(of(32_000, 3_200));
        let Err(wanted) = purse.take(of(10, 1)) else { panic!("the pocket is empty") };
        assert_eq!(wanted, of(640, 64));
        assert!(purse.fetch(wanted));
        assert_eq!((purse.take(of(10, 1)), purse.held()), (Ok(true), of(31_990, 3_199)));
        // What the word alone has is less.
        assert_eq!(purse.word.held(), of(31_360, 3_136));
        assert_eq!(purse.close(), of(31_990, 3_199));
        assert_eq!((purse.take(of(10, 1)), purse.fetch(wanted)), (Ok(false), false));
        assert_eq!((purse.held(), purse.close()), (of(0, 0), of(0, 0)));
        purse.open(of(32, 2));
        // A part of that is nothing.
        assert_eq!((purse.take(of(10, 1)), purse.held()), (Ok(true), of(22, 1)));
        assert!(purse.put(of(10, 1)));
        assert_eq!(purse.close(), of(32, 2));
    }
}
