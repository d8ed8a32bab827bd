//! Remembers which keys were evicted of late, and when, as fingerprints only.
//!
//! After S3-FIFO (Yang and others, SOSP 2023). A false match only misplaces one entry.

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
    const TIME: u32 = (1 << 10) - 1;

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
        let ones = (0..Self::SIZE).map(|one| one * Self::BITS);
        let (shift, one) = ones
            .map(|shift| (shift, u32::try_from(*group >> shift & Self::ONE).unwrap_or_default()))
            .find(|(_, one)| one & !Self::TIME == tag)?;
        *group &= !(Self::ONE << shift);
        Some(((now >> self.unit).wrapping_sub(one) & Self::TIME) << self.unit)
    }

    /// Something of where the key is remembered, to have it fetched.
    #[inline]
    pub(super) fn foresee(&self, print: Print) -> u32 {
        let (group, _) = self.place(print);
        u32::from(self.groups[group] == 0)
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
}
