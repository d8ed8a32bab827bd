//! Finds the entry of a key: buckets that are a line of the processor's cache each, with a byte of a hash
//! beside each entry's number.
//!
//! One look at one line tells as a rule which entry it is, where a table with its marks and its items apart takes two; with
//! many entries, such misses are nearly all that a hit costs. So a line has as many places as fit. An index that grows
//! asks for the whole prints of its entries, which it does not keep.

use std::iter::successors;

use super::bucket::Bucket;
use crate::table::entry::Print;

/// Each print has a bucket that is its home. An entry is there, or in the first behind it that had a place when it
/// came: it went past those before that, which were full, and each of them counts it for as long as it is there. It
/// stays where it is when a place is free before it.
#[derive(Debug)]
pub(crate) struct Index {
    buckets: Vec<Bucket>,
    len: usize,
}

impl Index {
    const BUCKETS_MIN: usize = 2;

    pub(crate) fn new() -> Self {
        Self { buckets: vec![Bucket::EMPTY; Self::BUCKETS_MIN], len: 0 }
    }

    /// The entry that is looked at first, if that is at home, as nearly all are.
    #[inline]
    pub(crate) fn first(&self, print: Print) -> Option<u32> {
        let bucket = &self.buckets[self.home(print)];
        bucket.like(print).next().map(|place| bucket.number(place))
    }

    /// What `see` makes of the entry with this print of which it makes something. It is also asked about others.
    #[expect(
        clippy::inline_always,
        reason = "every put goes through it, and a call is a tenth of one"
    )]
    #[inline(always)]
    pub(crate) fn find<R>(&self, print: Print, see: impl Fn(u32) -> Option<R>) -> Option<R> {
        let home = self.home(print);
        let bucket = &self.buckets[home];
        let first = bucket.like(print).next();
        if let Some(place) = first
            && let Some(seen) = see(bucket.number(place))
        {
            return Some(seen);
        }
        if first.is_some() || bucket.passed() > 0 { self.find_late(home, print, see) } else { None }
    }

    /// Looks at all with this tag, from its home on: few have it in common, and few have gone past their home.
    #[cold]
    fn find_late<R>(&self, home: usize, print: Print, see: impl Fn(u32) -> Option<R>) -> Option<R> {
        self.trail(home).find_map(|n| {
            let bucket = &self.buckets[n];
            bucket.like(print).find_map(|place| see(bucket.number(place)))
        })
    }

    /// The buckets where something may be whose home is the first of them. If something went past each, all are.
    #[inline]
    fn trail(&self, home: usize) -> impl Iterator<Item = usize> {
        let next = |n: &usize| (self.buckets[*n].passed() > 0).then(|| self.after(*n));
        successors(Some(home), next).take(self.buckets.len())
    }

    /// Adds an entry that is not there. `print_of` says the prints of those that are.
    #[inline]
    pub(crate) fn insert(&mut self, print: Print, at: u32, print_of: impl Fn(u32) -> Print) {
        // At most two thirds are taken, so few buckets are full, and not all: of three quarters, one entry in thirty would
        // not be at home, and a processor that is wrong about where it is does nothing else meanwhile.
        if (self.len + 1) * 3 > self.buckets.len() * Bucket::PLACES * 2 {
            self.grow(print_of);
        }
        self.put(print, at);
        self.len += 1;
    }

    /// By a half, so that never much more than half of it is empty. Homes keep their order, so both the old
    /// buckets and the new ones are gone through from one end to the other.
    #[cold]
    fn grow(&mut self, print_of: impl Fn(u32) -> Print) {
        let buckets = vec![Bucket::EMPTY; self.buckets.len() + self.buckets.len() / 2];
        let old = std::mem::replace(&mut self.buckets, buckets);
        for at in old.iter().flat_map(Bucket::iter) {
            self.put(print_of(at), at);
        }
    }

    #[inline]
    fn put(&mut self, print: Print, at: u32) {
        let mut n = self.home(print);
        loop {
            let bucket = &mut self.buckets[n];
            if let Some(place) = bucket.free() {
                return bucket.put(place, print, at);
            }
            bucket.set_passed(bucket.passed() + 1);
            n = self.after(n);
        }
    }

    /// Something of the bucket in which a print is looked for first, to have it fetched.
    #[inline]
    pub(crate) fn foresee(&self, print: Print) -> u32 {
        self.buckets[self.home(print)].number(0)
    }

    /// Takes an entry out.
    #[inline]
    pub(crate) fn remove(&mut self, print: Print, at: u32) {
        let home = self.home(print);
        let place_in = |n: usize| {
            let bucket = &self.buckets[n];
            bucket.like(print).find(|place| bucket.number(*place) == at).map(|place| (n, place))
        };
        let Some((end, place)) = self.trail(home).find_map(place_in) else { return };
        self.buckets[end].empty(place);
        self.len -= 1;
        // It went past these when it came.
        let mut n = home;
        while n != end {
            let bucket = &mut self.buckets[n];
            bucket.set_passed(bucket.passed() - 1);
            n = self.after(n);
        }
    }

    /// Where a print is looked for first: as far from the beginning as its upper bits say. Its tag is the lower
    /// ones.
    #[inline]
    fn home(&self, print: Print) -> usize {
        let home = (u64::from(print.bits()) * self.buckets.len() as u64) >> u32::BITS;
        usize::try_from(home).unwrap_or_default()
    }

    #[inline]
    fn after(&self, n: usize) -> usize {
        if n + 1 == self.buckets.len() { 0 } else { n + 1 }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Index, Print};

    fn random(seed: u64) -> impl FnMut() -> u64 {
        let mut random = seed;
        move || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            random >> 32
        }
    }

    fn below(bound: u32, random: u64) -> u32 {
        u32::try_from(random % u64::from(bound)).unwrap()
    }

    fn finds(index: &Index, print: Print, at: u32) -> bool {
        index.find(print, |other| (other == at).then_some(())).is_some()
    }

    /// Compares with a set, over many inserts and removals of which many have their tag and their home in common.
    #[test]
    fn it_finds_what_a_set_has() {
        let print_of = |at: u32| Print::of(u64::from(at % 31) * 0x0801_0001);
        let (mut index, mut set, mut random) = (Index::new(), BTreeSet::new(), random(1));
        for step in 0..20_000 {
            let at = below(700, random());
            if set.remove(&at) {
                index.remove(print_of(at), at);
            } else {
                index.insert(print_of(at), at, print_of);
                set.insert(at);
            }
            if step % 64 == 0 {
                for at in 0..700 {
                    assert_eq!(finds(&index, print_of(at), at), set.contains(&at), "{step}");
                }
            }
        }
        assert_eq!(index.len, set.len());
    }

    /// With some keys that come back again and again, as in a memory that is full and never grows any more.
    #[test]
    fn nobody_is_looked_for_in_vain_after_many_have_gone_past_full_buckets() {
        let (mut index, mut there, mut random) = (Index::new(), Vec::new(), random(1));
        let mut prints = Vec::new();
        for at in 0..50_000 {
            if at >= 1_000 {
                let gone = below(1_000, random());
                let old = there.swap_remove(usize::try_from(gone).unwrap());
                let print = prints[old as usize];
                index.remove(print, old);
                assert!(!finds(&index, print, old));
            }
            let print = Print::of(random());
            prints.push(print);
            index.insert(print, at, |at| prints[at as usize]);
            there.push(at);
            if at % 97 == 0 {
                assert!(there.iter().all(|at| finds(&index, prints[*at as usize], *at)));
            }
        }
        let few = index.buckets.iter().filter(|bucket| bucket.passed() > 0).count();
        assert!(few * 4 < index.buckets.len(), "{few} of {}", index.buckets.len());
        for at in there {
            index.remove(prints[at as usize], at);
        }
        assert!(index.len == 0 && index.buckets.iter().all(|bucket| bucket.iter().count() == 0));
        assert!(index.buckets.iter().all(|bucket| bucket.passed() == 0), "nobody has gone past");
    }

    /// So it may be in a small one: each bucket was full once.
    #[test]
    fn a_look_in_vain_ends_although_somebody_went_past_each_bucket() {
        let (first, second) = (Print::of(1), Print::of(u64::MAX - 0xFE));
        let print_of = |at: u32| if at < 13 { first } else { second };
        let mut index = Index::new();
        // One too many for the first, and when they are gone but that one, one too many for the second.
        (0..13).for_each(|at| index.insert(first, at, print_of));
        (0..12).for_each(|at| index.remove(first, at));
        (13..25).for_each(|at| index.insert(second, at, print_of));
        assert!(index.buckets.len() == 2 && index.buckets.iter().all(|all| all.passed() == 1));
        assert!((12..25).all(|at| finds(&index, print_of(at), at)));
        assert!(!finds(&index, first, 99) && !finds(&index, second, 99));
        index.remove(first, 99);
        assert_eq!(index.len, 13);
    }

    #[test]
    fn one_that_grows_finds_all_that_it_had() {
        let print_of = |at: u32| Print::of(u64::from(at).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32);
        let mut index = Index::new();
        for at in 0..10_000 {
            index.insert(print_of(at), at, print_of);
        }
        assert!((0..10_000).all(|at| finds(&index, print_of(at), at)));
        let places = index.buckets.len() * 12;
        assert!((15_000..=22_500).contains(&places), "{places}");
    }

    #[test]
    fn the_highest_number_is_found() {
        let mut index = Index::new();
        index.insert(Print::of(u64::MAX), u32::MAX - 1, |_| Print::of(0));
        assert_eq!(index.find(Print::of(u64::MAX), Some), Some(u32::MAX - 1));
        assert_eq!(index.find(Print::of(0), Some), None);
    }
}
