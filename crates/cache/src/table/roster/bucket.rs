//! A line of the processor's cache, full of places for entries.

use wide::u8x16;

use crate::table::entry::Print;

/// Twelve places: a tag of each entry's key, the entry's number, and whether the entry is displaced, which is that another
/// bucket is its home; and how many entries went past them all.
///
/// All tags are compared at once, without a branch for each: a branch that hangs on a line which is still on its way
/// is guessed, and a wrong guess costs what was begun of the next lookups meanwhile.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(super) struct Bucket {
    /// A tag for each place, [`FREE`](Self::FREE) where there is no entry. What is left of a vector behind them is a
    /// number: a bit for each place whose entry is displaced, and above these how many entries went past.
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
    /// One entry that went past.
    const ONE_PAST: u32 = 1 << Self::PLACES;
    /// A count that says this may have been more. It stays.
    pub(super) const PASSED_MAX: u32 = u32::MAX / Self::ONE_PAST;

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

    /// The place of the entry with this print and number.
    #[inline]
    pub(super) fn place(&self, print: Print, at: u32) -> Option<usize> {
        self.like(print).find(|place| self.number(*place) == at)
    }

    /// The number of the entry at a place; of a free one any.
    #[inline]
    pub(super) fn number(&self, place: usize) -> u32 {
        self.numbers[place]
    }

    #[inline]
    pub(super) fn put(&mut self, place: usize, print: Print, at: u32, is_displaced: bool) {
        (self.tags[place], self.numbers[place]) = (Self::tag(print), at);
        if is_displaced {
            self.set_rest(self.rest() | 1 << place);
        }
    }

    #[inline]
    pub(super) fn empty(&mut self, place: usize) {
        self.tags[place] = Self::FREE;
        // Few are, so it is as a rule not written.
        if self.rest() >> place & 1 != 0 {
            self.set_rest(self.rest() & !(1 << place));
        }
    }

    /// The places whose entries are displaced.
    pub(super) fn displaced(&self) -> Places {
        Places(self.rest() & (Self::ONE_PAST - 1))
    }

    /// The numbers of all entries.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        let places = self.tags.iter().zip(&self.numbers);
        places.filter(|(tag, _)| **tag != Self::FREE).map(|(_, at)| *at)
    }

    /// How many entries that looked for a place here are further behind.
    #[inline]
    pub(super) fn passed(&self) -> u32 {
        self.rest() / Self::ONE_PAST
    }

    /// Another entry goes past.
    #[inline]
    pub(super) fn go_past(&mut self) {
        if self.passed() < Self::PASSED_MAX {
            self.set_rest(self.rest() + Self::ONE_PAST);
        }
    }

    /// An entry that went past is not behind any more.
    #[inline]
    pub(super) fn come_back(&mut self) {
        if self.passed() < Self::PASSED_MAX {
            self.set_rest(self.rest() - Self::ONE_PAST);
        }
    }

    #[inline]
    fn rest(&self) -> u32 {
        let [.., a, b, c, d] = self.tags;
        u32::from_le_bytes([a, b, c, d])
    }

    #[inline]
    fn set_rest(&mut self, rest: u32) {
        self.tags[Self::PLACES..].copy_from_slice(&rest.to_le_bytes());
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
            bucket.put(place, print, at, false);
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
        bucket.set_rest(u32::from_le_bytes([7; 4]));
        assert!(bucket.like(Print::of(7)).next().is_none() && bucket.iter().count() == 0);
        (0..12).for_each(|place| bucket.put(place, Print::of(9), 1, place % 2 == 0));
        assert_eq!((bucket.free(), bucket.passed()), (None, 0x7070));
    }

    #[test]
    fn who_is_displaced_and_how_many_went_past_do_not_touch_each_other() {
        let mut bucket = Bucket::EMPTY;
        (0..12).for_each(|place| bucket.put(place, Print::of(9), 1, [0, 5, 11].contains(&place)));
        (0..3).for_each(|_| bucket.go_past());
        assert_eq!((bucket.displaced().collect::<Vec<_>>(), bucket.passed()), (vec![0, 5, 11], 3));
        for place in [0, 1, 11] {
            bucket.empty(place);
        }
        bucket.put(0, Print::of(9), 1, false);
        (0..3).for_each(|_| bucket.come_back());
        assert_eq!((bucket.displaced().collect::<Vec<_>>(), bucket.passed()), (vec![5], 0));
        bucket.empty(5);
        assert_eq!(bucket.rest(), 0);
    }

    #[test]
    fn a_count_that_is_at_its_most_stays() {
        let mut bucket = Bucket::EMPTY;
        bucket.put(11, Print::of(9), 1, true);
        (0..1 << 21).for_each(|_| bucket.go_past());
        assert_eq!((bucket.rest(), bucket.passed()), (!0 << 11, Bucket::PASSED_MAX));
        bucket.come_back();
        assert_eq!(bucket.passed(), (1 << 20) - 1);
    }

    #[test]
    fn no_print_has_the_tag_of_a_free_place() {
        let mut bucket = Bucket::EMPTY;
        assert!(bucket.like(Print::of(0x100)).next().is_none());
        bucket.put(3, Print::of(0x100), 5, false);
        assert_eq!(bucket.like(Print::of(0x100)).collect::<Vec<_>>(), [3]);
        assert_eq!(bucket.free(), Some(0));
    }

    #[test]
    fn it_is_a_line_of_the_processors_cache() {
        assert_eq!((size_of::<Bucket>(), align_of::<Bucket>()), (64, 64));
    }
}
