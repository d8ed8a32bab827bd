//! A line of the processor's cache, full of places for entries.

use wide::u32x8;

use super::slab::NONE;
use crate::table::entry::Print;

/// Eight places: half of the hash of each entry's key, and the entry's number, which is [`NONE`] where there
/// is no entry.
///
/// All are compared at once, without a branch for each: a branch that hangs on a line which is still on its way
/// is guessed, and a wrong guess costs what was begun of the next lookups meanwhile.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Bucket {
    prints: [u32; Self::PLACES],
    numbers: [u32; Self::PLACES],
}

/// Some places of a bucket: a bit each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places(u32);

impl Bucket {
    pub(super) const PLACES: usize = 8;
    pub(super) const EMPTY: Self =
        Self { prints: [0; Self::PLACES], numbers: [NONE; Self::PLACES] };

    /// The places with this print. Those of 0 may be free.
    #[inline]
    pub(super) fn like(&self, print: Print) -> Places {
        Places::of(&self.prints, print.bits())
    }

    /// A place that is free.
    #[inline]
    pub(super) fn free(&self) -> Option<usize> {
        Places::of(&self.numbers, NONE).first()
    }

    /// The number of the entry at a place, or [`NONE`].
    #[inline]
    pub(super) fn number(&self, place: usize) -> u32 {
        self.numbers[place]
    }

    #[inline]
    pub(super) fn put(&mut self, place: usize, print: Print, at: u32) {
        (self.prints[place], self.numbers[place]) = (print.bits(), at);
    }

    #[inline]
    pub(super) fn empty(&mut self, place: usize) {
        (self.prints[place], self.numbers[place]) = (0, NONE);
    }

    /// All entries: where each is, and its print.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Print, u32)> {
        let there = (0..Self::PLACES).filter(|place| self.numbers[*place] != NONE);
        there.map(|place| {
            let print = Print::of(u64::from(self.prints[place]));
            (place, print, self.numbers[place])
        })
    }
}

impl Places {
    /// Where `what` stands.
    #[inline]
    fn of(all: &[u32; Bucket::PLACES], what: u32) -> Self {
        Self(u32x8::new(*all).simd_eq(u32x8::splat(what)).to_bitmask())
    }

    #[inline]
    pub(super) fn first(self) -> Option<usize> {
        (self.0 != 0).then(|| self.0.trailing_zeros() as usize % Bucket::PLACES)
    }

    /// All but the first.
    #[inline]
    pub(super) fn rest(self) -> Self {
        Self(self.0 & self.0.wrapping_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, Print};

    #[test]
    fn what_left_is_found_no_more_and_its_place_is_free() {
        let (mut bucket, print) = (Bucket::EMPTY, Print::of(7));
        for at in 0..8 {
            let place = bucket.free().unwrap();
            bucket.put(place, print, at);
        }
        assert_eq!(bucket.free(), None);
        bucket.empty(5);
        assert_eq!(bucket.free(), Some(5));
        let mut places = bucket.like(print);
        let mut found = Vec::new();
        while let Some(place) = places.first() {
            found.push(bucket.number(place));
            places = places.rest();
        }
        assert_eq!(found, [0, 1, 2, 3, 4, 6, 7]);
        assert!(bucket.like(Print::of(8)).first().is_none() && bucket.iter().count() == 7);
    }

    #[test]
    fn it_is_a_line_of_the_processors_cache() {
        assert_eq!((size_of::<Bucket>(), align_of::<Bucket>()), (64, 64));
    }
}
