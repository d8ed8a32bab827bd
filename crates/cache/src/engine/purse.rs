//! Room that may be taken without a lock: what is left below the soft bound, in one word.

use forebay_store::sync::atomic::{AtomicU64, Ordering};

use super::budget::Room;

/// Open, it has so much room to be taken, and takes back what is given. Closed, it has none, and whoever comes
/// has to ask under the lock of the budget, which alone opens and closes it.
#[derive(Debug)]
pub(super) struct Purse(AtomicU64);

const BYTES_BITS: u32 = 40;
const BYTES: u64 = (1 << BYTES_BITS) - 1;
const ENTRIES: u64 = (1 << 23) - 1;
const CLOSED: u64 = 1 << 63;

impl Purse {
    /// More than this is never in it. Bytes and entries share a word, so that both are taken at once or neither.
    pub(super) const MOST: Room = Room { bytes: BYTES, entries: ENTRIES };

    pub(super) fn new(room: Room) -> Self {
        Self(AtomicU64::new(word(room)))
    }

    /// Takes what is needed, if it is there.
    #[inline]
    pub(super) fn take(&self, need: Room) -> bool {
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
    pub(super) fn put(&self, room: Room) -> bool {
        self.change(|held| Some(held + word(room)))
    }

    #[inline]
    fn change(&self, change: impl Fn(u64) -> Option<u64>) -> bool {
        let open = |held: u64| if held & CLOSED == 0 { change(held) } else { None };
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, open).is_ok()
    }

    /// Under the lock: nobody takes of it any more. What was in it is the caller's.
    pub(super) fn close(&self) -> Room {
        let held = self.0.swap(CLOSED, Ordering::AcqRel) & !CLOSED;
        room(held)
    }

    /// Under the lock, if it is closed.
    pub(super) fn open(&self, room: Room) {
        self.0.store(word(room), Ordering::Release);
    }

    /// What is in it now. Under the lock nobody opens or closes it meanwhile.
    pub(super) fn held(&self) -> Room {
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
        let purse = Purse::new(of(10, 2));
        assert!(!purse.take(of(11, 1)) && !purse.take(of(1, 3)));
        assert_eq!(purse.held(), of(10, 2));
        assert!(purse.take(of(10, 1)) && !purse.take(of(1, 1)) && purse.take(of(0, 1)));
        assert!(purse.put(of(3, 2)));
        assert_eq!(purse.held(), of(3, 2));
    }

    #[test]
    fn what_is_closed_gives_and_takes_nothing() {
        let purse = Purse::new(Purse::MOST);
        assert_eq!(purse.close(), Purse::MOST);
        assert!(!purse.take(of(0, 0)) && !purse.put(of(1, 1)));
        assert_eq!(purse.close(), of(0, 0));
        purse.open(of(1, 1));
        assert!(purse.take(of(1, 1)));
    }
}
