//! A value in memory, with the room that it takes.

use std::sync::{Arc, OnceLock};

use forebay_counted::{Counted, Last};

use super::foreign;
use crate::budget::{Purpose, Room};
use crate::inner::Inner;

/// A value in memory, with the room that it takes: the bytes go back when the value is really freed,
/// so accounting cannot drift. The fields are dropped in this order.
pub(crate) struct Held<T> {
    pub(crate) value: T,
    room: Room,
    /// What its blob turned out to be longer than its author said it weighs.
    more: OnceLock<Room>,
    pub(crate) pool: Arc<Inner>,
}

impl<T> Held<T> {
    pub(crate) fn new(value: T, room: Room, pool: &Arc<Inner>) -> Self {
        debug_assert_eq!(room.purpose(), Purpose::Resident);
        Self { value, room, more: OnceLock::new(), pool: Arc::clone(pool) }
    }

    /// What is taken for it.
    pub(crate) fn bytes(&self) -> u64 {
        self.room.bytes() + self.more.get().map_or(0, Room::bytes)
    }

    /// Whether somebody waits for room. The room stands beside the value, which was looked at.
    #[inline]
    pub(crate) fn is_wanted(&self) -> bool {
        self.room.ledger().wanted()
    }

    /// Its blob is `length` bytes long: it weighs so much at least. The rest is taken once.
    pub(super) fn weighs_at_least(&self, length: u64) {
        let lack = length.saturating_sub(self.bytes());
        if lack > 0 && self.more.get().is_none() {
            let _ = self.more.set(self.pool.ledger.exceed(lack, Purpose::Resident));
        }
    }

    /// It weighs `bytes` now.
    pub(super) fn weighs(&mut self, bytes: u64) {
        drop(self.more.take());
        fit(&mut self.room, bytes);
    }

    /// Lets go of it. If nobody else has it the value is dropped, and after that its room is given back:
    /// not as a part of the user's `Drop`, because who gets the room goes on right there.
    #[inline]
    pub(crate) fn free(held: Counted<Self>) {
        if let Some(last) = Counted::let_go(held) {
            Self::end(last);
        }
    }

    #[cold]
    fn end(last: Last<Self>) {
        let Self { value, room, more, .. } = last.into_inner();
        let _ = foreign::run("a `drop`", || drop(value));
        drop((room, more));
    }

    /// The value and all of its room.
    pub(super) fn into_parts(self) -> (T, Room) {
        let Self { value, mut room, more, .. } = self;
        if let Some(more) = more.into_inner() {
            room.join(more);
        }
        (value, room)
    }
}

/// Makes a room `bytes` large, beyond the budget if it must be.
pub(crate) fn fit(room: &mut Room, bytes: u64) {
    room.shrink_to(bytes);
    let lack = bytes - room.bytes();
    if lack > 0 {
        room.join(room.ledger().exceed(lack, room.purpose()));
    }
}
