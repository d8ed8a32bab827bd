//! A line of the processor's cache, full of places for entries.

use wide::u8x16;

use crate::table::entry::Print;

/// Twelve places: a tag of each entry's key, and the entry's number; and how many entries went past them all.
///
/// All tags are compared at once, without a branch for each: a branch that hangs on a line which is still on its way
/// is guessed, and a wrong guess costs what was begun of the next lookups meanwhile.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(super) struct Bucket {
    /// A tag for each place, [`FREE`](Self::FREE) where there is no entry. Behind them, in what is left of a vector,
    /// the number of entries that went past.
    tags: [u8; 16],
    numbers: [u32; Self::PLACES],
}

/// Some places of a bucket: a bit each.
#[derive(Debug)]
pub(super) struct Places(u32);

impl Bucket {
    pub(super) const PLACES: usize = 12;
    pub(super) const EMPTY: Self = Self { tags: [Self::FREE; 16], numbers: [0; Self::PLACES] };
    const FREE: u8 = 0;

    /// The places whose entries may have this print: they have its lowest byte in common.
    #[inline]
    pub(super) fn like(&self, print: Print) -> Places {
        self.tagged(Self::tag(print))
    }

    /// A place that is free.
    #[inline]
    pub(super) fn free(&self) -> Option<usize> {
        self.tagged(Self::FREE).next()
    }

    /// The number of the entry at a place, which is not free.
    #[inline]
    pub(super) fn number(&self, place: usize) -> u32 {
        self.numbers[place]
    }

    #[inline]
    pub(super) fn put(&mut self, place: usize, print: Print, at: u32) {
        (self.tags[place], self.numbers[place]) = (Self::tag(print), at);
    }

    #[inline]
    pub(super) fn empty(&mut self, place: usize) {
        self.tags[place] = Self::FREE;
    }

    /// The numbers of all entries.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        let places = self.tags.iter().zip(&self.numbers);
        places.filter(|(tag, _)| **tag != Self::FREE).map(|(_, at)| *at)
    }

    /// How many entries that looked for a place here are further behind.
    #[inline]
    pub(super) fn passed(&self) -> u32 {
        let [.., a, b, c, d] = self.tags;
        u32::from_le_bytes([a, b, c, d])
    }

    #[inline]
    pub(super) fn set_passed(&mut self, passed: u32) {
        self.tags[Self::PLACES..].copy_from_slice(&passed.to_le_bytes());
    }

    #[inline]
    fn tag(print: Print) -> u8 {
        let [tag, ..] = print.bits().to_le_bytes();
        // As good as another, and not that of a free place.
        if tag == Self::FREE { 1 } else { tag }
    }

    #[inline]
    fn tagged(&self, tag: u8) -> Places {
        let all = u8x16::new(self.tags).simd_eq(u8x16::splat(tag)).to_bitmask();
        Places(all & ((1 << Self::PLACES) - 1))
    }
}

/// One after the other.
impl Iterator for Places {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let first = (self.0 != 0).then(|| self.0.trailing_zeros() as usize);
        self.0 &= self.0.wrapping_sub(1);
        first
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, Print};

    #[test]
    fn what_left_is_found_no_more_and_its_place_is_free() {
        let (mut bucket, print) = (Bucket::EMPTY, Print::of(7));
        for at in 0..12 {
            let place = bucket.free().unwrap();
            bucket.put(place, print, at);
        }
        assert_eq!(bucket.free(), None);
        bucket.empty(5);
        assert_eq!(bucket.free(), Some(5));
        let found: Vec<u32> = bucket.like(print).map(|place| bucket.number(place)).collect();
        assert_eq!(found, [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]);
        assert!(bucket.like(Print::of(8)).next().is_none() && bucket.iter().count() == 11);
    }

    #[test]
    fn how_many_went_past_is_no_tag() {
        let mut bucket = Bucket::EMPTY;
        bucket.set_passed(u32::from_le_bytes([7; 4]));
        assert!(bucket.like(Print::of(7)).next().is_none() && bucket.iter().count() == 0);
        (0..12).for_each(|place| bucket.put(place, Print::of(9), 1));
        assert_eq!((bucket.free(), bucket.passed()), (None, u32::from_le_bytes([7; 4])));
    }

    #[test]
    fn no_print_has_the_tag_of_a_free_place() {
        let mut bucket = Bucket::EMPTY;
        assert!(bucket.like(Print::of(0x100)).next().is_none());
        bucket.put(3, Print::of(0x100), 5);
        assert_eq!(bucket.like(Print::of(0x100)).collect::<Vec<_>>(), [3]);
        assert_eq!(bucket.free(), Some(0));
    }

    #[test]
    fn it_is_a_line_of_the_processors_cache() {
        assert_eq!((size_of::<Bucket>(), align_of::<Bucket>()), (64, 64));
    }
}
