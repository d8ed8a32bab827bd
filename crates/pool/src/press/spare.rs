//! Room for what nobody waits for yet.

use super::presser::Presser;
use crate::budget::{Purpose, Room};
use crate::inner::Inner;
use crate::order::Next;

impl Presser {
    /// So many are looked at for somebody who does not wait.
    const SPARE_LOOKS: usize = 64;

    /// Room for what nobody waits for yet: what is free, or what is saved and was not touched lately. No
    /// write is begun for it, and nobody who waits is overtaken.
    pub(crate) fn spare_room(&self, bytes: u64, purpose: Purpose) -> Option<Room> {
        let inner = self.inner()?;
        for _ in 0..Self::SPARE_LOOKS {
            if let Some(room) = inner.ledger.take_now(bytes, purpose) {
                return Some(room);
            }
            if !Self::has_one_less(&inner, bytes) {
                return None;
            }
        }
        inner.ledger.take_now(bytes, purpose)
    }

    /// Evicts one, if that may help. `false`: there is no use in going on.
    fn has_one_less(inner: &Inner, bytes: u64) -> bool {
        let books = inner.ledger.standing();
        if books.waiting > 0 || bytes > books.budget.saturating_sub(books.standing()) {
            return false;
        }
        match inner.queue.next() {
            Next::One(slot) => {
                slot.try_evict();
                true
            }
            Next::More => true,
            Next::Nothing => false,
        }
    }
}
