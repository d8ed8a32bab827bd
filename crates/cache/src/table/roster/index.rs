//! Finds the entry of a key: buckets that are a line of the processor's cache each, with half of the hash beside
//! each entry's number.
//!
//! One look at one line tells which entry it is, where a table with its marks and its items apart takes two; with
//! many entries, such misses are nearly all that a hit costs. Growing looks at no entry.

use super::bucket::Bucket;
use crate::table::entry::Print;

/// Each print has a bucket that is its home. An entry is there, or in the first behind it that had a place when it
/// came: it went past those before that, which are full.
#[derive(Debug)]
pub(crate) struct Index {
    buckets: Vec<Bucket>,
    /// A bit for each bucket. Where it is not set no entry went past. They are few enough to be in the processor's
    /// cache, so most of those that look for an entry, or take one out, look at no second bucket.
    passed: Vec<u64>,
    len: usize,
}

impl Index {
    const BUCKETS_MIN: usize = 2;

    pub(crate) fn new() -> Self {
        let (buckets, passed) = Self::empty(Self::BUCKETS_MIN);
        Self { buckets, passed, len: 0 }
    }

    fn empty(buckets: usize) -> (Vec<Bucket>, Vec<u64>) {
        (vec![Bucket::EMPTY; buckets], vec![0; buckets.div_ceil(64)])
    }

    /// What `see` makes of the entry with this print of which it makes something. It is also asked about [`NONE`], of
    /// which it is to make nothing.
    ///
    /// [`NONE`]: super::slab::NONE
    #[expect(
        clippy::inline_always,
        reason = "every hit goes through it, and a call is a tenth of one"
    )]
    #[inline(always)]
    pub(crate) fn find<R>(&self, print: Print, see: impl Fn(u32) -> Option<R>) -> Option<R> {
        let home = self.home(print);
        let bucket = &self.buckets[home];
        let first = bucket.like(print).first();
        if let Some(place) = first
            && let Some(seen) = see(bucket.number(place))
        {
            return Some(seen);
        }
        if first.is_some() || self.is_passed(home) {
            self.find_late(home, print, see)
        } else {
            None
        }
    }

    /// Looks at all with this print, from its home on: few have it in common, and few have gone past their home.
    #[cold]
    fn find_late<R>(
        &self,
        mut n: usize,
        print: Print,
        see: impl Fn(u32) -> Option<R>,
    ) -> Option<R> {
        loop {
            let bucket = &self.buckets[n];
            let mut places = bucket.like(print);
            while let Some(place) = places.first() {
                if let Some(seen) = see(bucket.number(place)) {
                    return Some(seen);
                }
                places = places.rest();
            }
            if !self.is_passed(n) {
                return None;
            }
            n = self.after(n);
        }
    }

    /// Adds an entry that is not there.
    #[inline]
    pub(crate) fn insert(&mut self, print: Print, at: u32) {
        // At most three quarters are taken, so few buckets are full, and not all.
        if (self.len + 1) * 4 > self.buckets.len() * Bucket::PLACES * 3 {
            self.grow();
        }
        self.put(print, at);
        self.len += 1;
    }

    /// By a half, so that never much more than half of it is empty. Homes keep their order, so both the old
    /// buckets and the new ones are gone through from one end to the other.
    #[cold]
    fn grow(&mut self) {
        let (buckets, passed) = Self::empty(self.buckets.len() + self.buckets.len() / 2);
        let old = std::mem::replace(&mut self.buckets, buckets);
        self.passed = passed;
        for (_, print, at) in old.iter().flat_map(Bucket::iter) {
            self.put(print, at);
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
            self.passed[n / 64] |= 1 << (n % 64);
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
        let mut n = self.home(print);
        loop {
            let bucket = &mut self.buckets[n];
            let mut places = bucket.like(print);
            while places.first().is_some_and(|place| bucket.number(place) != at) {
                places = places.rest();
            }
            if let Some(place) = places.first() {
                bucket.empty(place);
                self.len -= 1;
                if self.is_passed(n) {
                    self.pull_back(n);
                }
                return;
            }
            if !self.is_passed(n) {
                return;
            }
            n = self.after(n);
        }
    }

    /// A bucket that entries went past has a place: one of them comes back, and one of those that went past the place
    /// that it leaves, until none behind would be looked for in vain.
    #[cold]
    fn pull_back(&mut self, mut gap: usize) {
        let mut n = gap;
        loop {
            n = self.after(n);
            // An entry may move up if it is not at home behind the gap.
            let has_passed = |print| self.distance(self.home(print), n) >= self.distance(gap, n);
            let mover = self.buckets[n].iter().find(|(_, print, _)| has_passed(*print));
            if let Some((place, print, at)) = mover {
                self.buckets[n].empty(place);
                if let Some(place) = self.buckets[gap].free() {
                    self.buckets[gap].put(place, print, at);
                }
                gap = n;
            }
            // No entry is further behind.
            if !self.is_passed(n) {
                self.passed[gap / 64] &= !(1 << (gap % 64));
                return;
            }
        }
    }

    /// Whether an entry may have gone past a bucket, which is full then.
    #[inline]
    fn is_passed(&self, n: usize) -> bool {
        self.passed[n / 64] >> (n % 64) & 1 != 0
    }

    /// Where a print is looked for first: as far from the beginning as its upper bits, which are the best
    /// mixed, say.
    #[inline]
    fn home(&self, print: Print) -> usize {
        let home = (u128::from(print.spread()) * self.buckets.len() as u128) >> u64::BITS;
        usize::try_from(home).unwrap_or_default()
    }

    #[inline]
    fn after(&self, n: usize) -> usize {
        if n + 1 == self.buckets.len() { 0 } else { n + 1 }
    }

    #[inline]
    fn distance(&self, from: usize, to: usize) -> usize {
        if to >= from { to - from } else { to + self.buckets.len() - from }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Index, Print};
    use crate::table::roster::NONE;

    /// Compares with a map, over many inserts and removals whose prints collide on purpose.
    #[test]
    fn it_finds_what_a_map_finds() {
        let (mut index, mut map, mut random) = (Index::new(), BTreeMap::new(), 1_u64);
        for step in 0..20_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = u32::try_from(random >> 33).unwrap() % 700;
            let print = Print::of(u64::from(at % 97) * 0x0101);
            if map.remove(&at).is_some() {
                index.remove(print, at);
            } else {
                index.insert(print, at);
                map.insert(at, print);
            }
            if step % 64 == 0 {
                for at in 0..700 {
                    let print = Print::of(u64::from(at % 97) * 0x0101);
                    let found = index.find(print, |other| (other == at).then_some(at));
                    assert_eq!(found, map.contains_key(&at).then_some(at));
                }
            }
        }
        assert_eq!(index.len, map.len());
    }

    /// With some keys that come back again and again, as in a memory that is full and never grows any more.
    #[test]
    fn nobody_is_looked_for_in_vain_after_many_have_gone_past_full_buckets() {
        let (mut index, mut there, mut random) = (Index::new(), Vec::new(), 1_u64);
        let mut next = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            random >> 33
        };
        for at in 0..1_000 {
            let print = Print::of(next());
            index.insert(print, at);
            there.push((print, at));
        }
        let buckets = index.buckets.len();
        for at in 1_000..50_000 {
            let gone = usize::try_from(next()).unwrap() % there.len();
            let (print, old) = there.swap_remove(gone);
            index.remove(print, old);
            assert_eq!(index.find(print, |other| (other == old).then_some(())), None);
            let print = Print::of(next());
            index.insert(print, at);
            there.push((print, at));
            if at % 97 == 0 {
                for (print, at) in &there {
                    assert_eq!(index.find(*print, |other| (other == *at).then_some(())), Some(()));
                }
            }
        }
        assert_eq!(index.buckets.len(), buckets, "as many as there were fit");
        for (print, at) in there.drain(..) {
            index.remove(print, at);
        }
        assert!(index.len == 0 && index.buckets.iter().all(|bucket| bucket.iter().count() == 0));
        assert!(index.passed.iter().all(|passed| *passed == 0), "none is past an empty bucket");
    }

    #[test]
    fn the_highest_number_is_found() {
        let mut index = Index::new();
        index.insert(Print::of(u64::MAX), u32::MAX - 1);
        assert_eq!(index.find(Print::of(u64::MAX), Some), Some(u32::MAX - 1));
        let some = |at| (at != NONE).then_some(at);
        assert_eq!(index.find(Print::of(0), some), None);
    }
}
