//! The coldest blobs move down.

use std::sync::{Arc, Weak};

use forebay_store::{Error, Result};

use super::shared::Shared;
use super::stream::copy;
use super::table::{Lower, Picked};
use crate::blob::{HEAD, of_medium};

/// Moves blobs down, in a job: so nobody who writes waits for it. If it is thrown away unrun, the next
/// write sends another one.
struct Mover(Weak<Shared>);

impl Mover {
    /// So many in one job; the next write sees to the rest.
    const BLOBS: usize = 64;

    fn run(self) {
        for _ in 0..Self::BLOBS {
            let Some(shared) = self.0.upgrade() else { return };
            if !shared.move_one() {
                return;
            }
        }
    }
}

impl Drop for Mover {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            let mut desk = shared.desk();
            (desk.is_sent, desk.goal) = (false, u64::MAX);
        }
    }
}

impl Shared {
    /// Above so much of the fast tier the coldest move down, ...
    fn high(&self) -> u64 {
        self.fast_max / 8 * 7
    }

    /// ... until it takes no more than this.
    fn low(&self) -> u64 {
        self.fast_max / 4 * 3
    }

    /// There was no room for so many bytes: there is to be some for the next. Not for what would take more
    /// than half of the tier.
    pub(super) fn make_room(self: &Arc<Self>, bytes: u64) {
        let goal = if bytes <= self.fast_max / 2 { self.fast_max - bytes } else { self.fast_max };
        self.send(goal.min(self.low()));
    }

    /// It has no room for so many bytes, however little it takes: what is free of its files is in pieces. The
    /// coldest blobs lie beside each other, so where they were something whole becomes free.
    pub(super) fn make_way(self: &Arc<Self>, bytes: u64) {
        self.send(self.fill().saturating_sub(bytes));
    }

    /// Sees to it that there is room for what comes.
    pub(super) fn tidy(self: &Arc<Self>) {
        if self.fill() > self.high() {
            self.send(self.low());
        }
    }

    fn send(self: &Arc<Self>, goal: u64) {
        {
            let mut desk = self.desk();
            desk.goal = desk.goal.min(goal);
            if std::mem::replace(&mut desk.is_sent, true) {
                return;
            }
        }
        let mover = Mover(Arc::downgrade(self));
        self.spawn.run(Box::new(move || mover.run()));
    }

    /// Moves the coldest. `false`: there is none, or it is enough, or the slow tier is left alone.
    fn move_one(&self) -> bool {
        let now = self.clock.now();
        let can_move = {
            let desk = self.desk();
            !desk.moves.is_open(now) && desk.table.has_movable()
        };
        if !can_move {
            return false;
        }
        self.fast.trim();
        let fill = self.fill();
        let picked = {
            let mut desk = self.desk();
            let is_wanted = fill > desk.goal && !desk.moves.is_open(now);
            if is_wanted { desk.table.pick() } else { None }
        };
        let Some(picked) = picked else { return false };
        match of_medium(|| self.copied(picked)) {
            Ok(lower) => self.has_moved(picked, lower),
            Err(error) => return self.has_stayed(picked, &error),
        }
        true
    }

    fn has_moved(&self, picked: Picked, lower: Lower) {
        let unneeded = {
            let mut desk = self.desk();
            desk.moves.succeeded();
            desk.table.moved(picked, lower)
        };
        self.give_back(unneeded);
    }

    /// It stays where it is. Says whether others may be moved: if it is this one that cannot be read, or
    /// that is refused, it is not tried again.
    fn has_stayed(&self, picked: Picked, error: &Error) -> bool {
        let (is_its_own, now) = (!error.is_retryable(), self.clock.now());
        let unneeded = {
            let mut desk = self.desk();
            if !is_its_own {
                desk.moves.failed(now);
            }
            desk.table.stayed(picked, is_its_own)
        };
        self.give_back(unneeded);
        is_its_own
    }

    /// Copies a blob down as it is: its head says what it said, and is read as if the payload were where it
    /// was. The checksums in it are those of whoever reads it.
    fn copied(&self, Picked { place, offset, .. }: Picked) -> Result<Lower> {
        let _counted = self.count_copied(place);
        let mut reading = self.fast.reading(place)?;
        let mut head = [0; HEAD];
        reading.read(0, &mut head)?;
        let length = place.length.saturating_sub(u64::from(offset));
        let mut writing = self.slow.begin(Some(length))?;
        copy(&mut *reading, u64::from(offset), length, &mut *writing)?;
        let offset = writing.offset();
        let place = writing.seal(&head)?;
        Ok(Lower { place, offset })
    }
}
