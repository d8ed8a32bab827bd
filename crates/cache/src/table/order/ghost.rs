//! Remembers which keys were evicted of late, and when, as fingerprints only.
//!
//! After S3-FIFO (Yang and others, SOSP 2023). A false match only misplaces one entry.

use forebay_fetch::fetch;

use crate::table::entry::Print;

/// Fingerprints in groups of six; in each group the oldest gives way. There are three for an entry, in eight
/// bytes: a group is a number, in which each has eleven bits, and ten for the time.
///
/// Times are those of a clock that the caller has. They are kept in units of so many of its ticks that
/// what is remembered is forgotten long before ten bits begin anew.
#[derive(Debug)]
pub(super) struct Ghost {
    groups: Vec<u128>,
    /// The unit of times, as a power of two.
    unit: u32,
}

impl Ghost {
    const GROUPS_MIN: usize = 16;
    const SIZE: u32 = 6;
    /// Of one of a group.
    const BITS: u32 = 21;
    const ONE: u128 = (1 << Self::BITS) - 1;
    /// The lowest bit of each.
    const EACH: u128 = {
        let (mut each, mut one) = (0, 0);
        while one < Self::SIZE {
            each |= 1 << (one * Self::BITS);
            one += 1;
        }
        each
    };
    const TIME: u32 = (1 << 10) - 1;
    const TAG: u128 = Self::ONE - Self::TIME as u128;

    pub(super) fn new() -> Self {
        Self { groups: vec![0; Self::GROUPS_MIN], unit: 0 }
    }

    /// Makes room to remember about three times as many keys as there are entries. Growing forgets what
    /// was remembered, so it does not grow for a few.
    pub(super) fn fit(&mut self, entries: usize) {
        let groups = entries / 2;
        if groups > self.groups.len() + self.groups.len() / 8 {
            self.groups = vec![0; groups];
            self.unit = (groups / 16).max(1).ilog2();
        }
    }

    /// The key was evicted at this time.
    pub(super) fn remember(&mut self, print: Print, time: u32) {
        let (group, tag) = self.place(print);
        let one = tag | (time >> self.unit) & Self::TIME;
        // The oldest is the uppermost, which goes past the end.
        let group = &mut self.groups[group];
        *group = *group << Self::BITS | u128::from(one);
    }

    /// How long ago the key was evicted, if it is remembered; forgets it.
    pub(super) fn recall(&mut self, print: Print, now: u32) -> Option<u32> {
        let (group, tag) = self.place(print);
        let group = &mut self.groups[group];
        let shift = Self::find(*group, tag)?;
        let one = u32::try_from(*group >> shift & Self::ONE).unwrap_or_default();
        *group &= !(Self::ONE << shift);
        Some(((now >> self.unit).wrapping_sub(one) & Self::TIME) << self.unit)
    }

    /// Where the latest one of a group with this fingerprint begins. All are compared at once: which of them it is, a
    /// processor could only guess.
    #[inline]
    fn find(group: u128, tag: u32) -> Option<u32> {
        // Zero where it is this one, and less than the uppermost bit of one wherever it is another.
        let tags = Self::EACH * u128::from(tag);
        let other = ((group ^ tags) & (Self::EACH * Self::TAG)) >> 1;
        let top = Self::EACH << (Self::BITS - 1);
        // A bit stays where nothing was taken from it; where something was, that was less than is there.
        let same = (top - other) & top;
        (same != 0).then(|| same.trailing_zeros() + 1 - Self::BITS)
    }

    /// Has it fetched where the key is remembered.
    #[inline]
    pub(super) fn foresee(&self, print: Print) {
        let (group, _) = self.place(print);
        fetch(&self.groups[group]);
    }

    /// Its group, and its fingerprint where it stands in one of the group.
    fn place(&self, print: Print) -> (usize, u32) {
        // The index goes by the print itself; any correlation costs accuracy only.
        let hash = print.spread();
        let group = (u128::from(hash) * self.groups.len() as u128) >> 64;
        // Zero means "empty", so a fingerprint is never zero.
        let tag = u32::try_from(hash >> 8 & 0x7FF).unwrap_or_default().max(1);
        (usize::try_from(group).unwrap_or_default(), tag << 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_recalled_once_with_the_time_since() {
        let mut ghost = Ghost::new();
        ghost.fit(2000);
        ghost.remember(Print::of(7), 1000);
        assert_eq!(ghost.recall(Print::of(8), 1500), None);
        let away = ghost.recall(Print::of(7), 1500).unwrap();
        assert!((400..=600).contains(&away), "{away}");
        assert_eq!(ghost.recall(Print::of(7), 1500), None);
    }

    #[test]
    fn time_goes_on_past_the_end_of_the_clock() {
        let mut ghost = Ghost::new();
        ghost.remember(Print::of(7), u32::MAX - 9);
        assert_eq!(ghost.recall(Print::of(7), 20), Some(30));
    }

    #[test]
    fn the_oldest_of_a_group_is_forgotten_first() {
        let mut ghost = Ghost::new();
        let group = ghost.place(Print::of(1)).0;
        let same: Vec<u64> =
            (1..).filter(|key| ghost.place(Print::of(*key)).0 == group).take(7).collect();
        for key in &same {
            ghost.remember(Print::of(*key), 1);
        }
        let recalled = same.iter().map(|key| ghost.recall(Print::of(*key), 1).is_some());
        assert_eq!(recalled.collect::<Vec<_>>(), [false, true, true, true, true, true, true]);
    }

    #[test]
    fn one_is_found_in_a_group_wherever_it_stands_and_the_latest_first() {
        let one_by_one = |group: u128, tag: u32| {
            let shifts = (0..Ghost::SIZE).map(|one| one * Ghost::BITS);
            let is_same = |shift: &u32| {
                u32::try_from(group >> shift & Ghost::ONE).unwrap() & !Ghost::TIME == tag
            };
            shifts.into_iter().find(is_same)
        };
        let mut random = 7_u64;
        let mut next = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            u128::from(random >> 32)
        };
        let mut found = 0;
        for _ in 0..20_000 {
            // Few tags, so that many are the same or differ in one bit, at both ends of what a tag may be.
            let group = (0..Ghost::SIZE).fold(0, |group, _| {
                let tag = [0, 1, 2, 3, 0x400, 0x7FE, 0x7FF][usize::try_from(next() % 7).unwrap()];
                group << Ghost::BITS | tag << 10 | (next() % 1024)
            });
            // What was pushed past the end is no one.
            let group = group | next() << 126;
            for tag in [1, 2, 3, 4, 0x400, 0x7FE, 0x7FF] {
                let expected = one_by_one(group, tag << 10);
                assert_eq!(Ghost::find(group, tag << 10), expected, "{group:x} {tag:x}");
                found += u32::from(expected.is_some());
            }
        }
        assert!(found > 20_000);
    }
}
