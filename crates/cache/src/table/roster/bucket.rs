//! A line of the processor's cache, full of places for entries.

use crate::table::entry::Print;

/// Eight places: half of the hash of each entry's key, and the entry's number plus one, which is 0 where there
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

/// Some places of a bucket, from the first on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places(u32);

impl Bucket {
    pub(super) const PLACES: usize = 8;
    pub(super) const EMPTY: Self = Self { prints: [0; Self::PLACES], numbers: [0; Self::PLACES] };

    /// The entries with this print.
    #[inline]
    pub(super) fn like(&self, print: Print) -> impl Iterator<Item = (usize, u32)> {
        let places = Places::of(&self.prints, print.bits());
        // What was once at a free place has left its print there.
        places.filter_map(|place| Some((place, self.number(place)?)))
    }

    /// A place that is free.
    #[inline]
    pub(super) fn free(&self) -> Option<usize> {
        Places::of(&self.numbers, 0).next()
    }

    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.free().is_none()
    }

    #[inline]
    fn number(&self, place: usize) -> Option<u32> {
        self.numbers[place].checked_sub(1)
    }

    #[inline]
    pub(super) fn put(&mut self, place: usize, print: Print, at: u32) {
        (self.prints[place], self.numbers[place]) = (print.bits(), at + 1);
    }

    #[inline]
    pub(super) fn empty(&mut self, place: usize) {
        self.numbers[place] = 0;
    }

    /// All entries: where each is, and its print.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Print, u32)> {
        (0..Self::PLACES).filter_map(|place| {
            let print = Print::of(u64::from(self.prints[place]));
            Some((place, print, self.number(place)?))
        })
    }
}

impl Places {
    /// Where `what` stands.
    #[inline]
    fn of(all: &[u32; Bucket::PLACES], what: u32) -> Self {
        let mut places = 0;
        for (place, one) in all.iter().enumerate() {
            // Two bits for each, because with one the compiler sees a chain of sums, and not that the eight are
            // compared in two steps.
            places |= if *one == what { 0b11 << (2 * place) } else { 0 };
        }
        Self(places)
    }
}

impl Iterator for Places {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let place = self.0.trailing_zeros() as usize / 2 % Bucket::PLACES;
        self.0 &= !(0b11 << (2 * place));
        Some(place)
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
        assert!(bucket.is_full());
        bucket.empty(5);
        assert_eq!(bucket.free(), Some(5));
        let found: Vec<u32> = bucket.like(print).map(|(_, at)| at).collect();
        assert_eq!(found, [0, 1, 2, 3, 4, 6, 7]);
        assert!(bucket.like(Print::of(8)).next().is_none() && bucket.iter().count() == 7);
    }

    #[test]
    fn it_is_a_line_of_the_processors_cache() {
        assert_eq!((size_of::<Bucket>(), align_of::<Bucket>()), (64, 64));
    }
}
