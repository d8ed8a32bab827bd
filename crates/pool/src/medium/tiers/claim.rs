//! The right to write a blob to the fast tier.

use super::shared::Shared;
use crate::blob::HEAD;
use crate::medium::Place;

/// The right to write a blob to the fast tier: a number that it is to get, and so many bytes that the tier
/// has for it. Given back when this is dropped.
pub(super) struct Claim<'a> {
    of: &'a Shared,
    bytes: u64,
    /// The tier itself says when it is full: there is no other place for the blob.
    is_open: bool,
    has_come: bool,
}

/// What a payload of so many bytes takes at most, in whatever way a medium rounds it up. What it does take is known
/// when it is there.
pub(super) fn needs(length: u64) -> u64 {
    length.saturating_add(length / 4).saturating_add(HEAD as u64 + (8 << 10))
}

impl<'a> Claim<'a> {
    /// For a blob of so many bytes, if the fast tier has room and the table a number for it.
    pub(super) fn of(of: &'a Shared, length: u64) -> Option<Self> {
        let mut claim = Self::open(of)?;
        claim.is_open = false;
        claim.covers(length).then_some(claim)
    }

    /// For a blob that the slow tier does not take.
    pub(super) fn open(of: &'a Shared) -> Option<Self> {
        let is_announced = of.desk().table.announce();
        is_announced.then(|| Self { of, bytes: 0, is_open: true, has_come: false })
    }

    /// Whether it is good for so many bytes of payload, if need be with more room. Never for more than the
    /// fast tier takes as one blob.
    pub(super) fn covers(&mut self, length: u64) -> bool {
        if length > self.of.fast_blob_max {
            return false;
        }
        let lack = needs(length).saturating_sub(self.bytes);
        if self.is_open || lack == 0 {
            return true;
        }
        let is_taken = self.of.take(lack);
        self.bytes += if is_taken { lack } else { 0 };
        is_taken
    }

    /// There is nothing better: the tier may be asked for more than it has been claimed. `false`: it would
    /// take more than its bound, or so much payload is too much for one blob.
    pub(super) fn set_open(&mut self, length: u64) -> bool {
        self.is_open |= self.of.is_bounded_itself;
        self.is_open && length <= self.of.fast_blob_max
    }

    /// The blob is there.
    pub(super) fn enter(mut self, place: Place, offset: u32) -> u64 {
        self.has_come = true;
        let bytes = self.of.bytes_of(place);
        let (number, was_left) = {
            let mut desk = self.of.desk();
            desk.blobs += 1;
            desk.above = desk.above.saturating_add(bytes);
            (desk.table.enter(place, offset), desk.writes.succeeded())
        };
        self.of.tell_back(was_left);
        number
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut desk = self.of.desk();
        desk.claimed -= self.bytes;
        desk.ended += 1;
        if !self.has_come {
            desk.table.forget();
        }
    }
}

impl Shared {
    /// When as many claims end meanwhile, it is as if there were no room.
    const TRIES: usize = 16;

    /// Takes so much of the fast tier's room for who is about to write there.
    fn take(&self, bytes: u64) -> bool {
        if self.take_free(bytes) {
            return true;
        }
        // Its own quota may be larger, and then it keeps what it does not need.
        self.fast.trim();
        self.take_free(bytes)
    }

    fn take_free(&self, bytes: u64) -> bool {
        for _ in 0..Self::TRIES {
            let ended = self.desk().ended;
            let used = self.fast.bytes();
            let mut desk = self.desk();
            // What a claim that has just ended has written is perhaps in neither sum.
            if desk.ended != ended {
                continue;
            }
            let used = used.min(desk.above);
            let taken = used.saturating_add(desk.claimed).saturating_add(bytes);
            let has_room = taken <= self.fast_max;
            desk.claimed += if has_room { bytes } else { 0 };
            return has_room;
        }
        false
    }

    /// What the fast tier takes for what is in it, with all that is claimed. What it only keeps to use it
    /// again, as the cells of a pack, is as good as free, and moving blobs need not give it back.
    pub(super) fn fill(&self) -> u64 {
        let used = self.fast.bytes();
        let desk = self.desk();
        used.min(desk.above).saturating_add(desk.claimed)
    }
}
