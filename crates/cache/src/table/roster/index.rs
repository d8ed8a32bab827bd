//! Finds the entry of a key: buckets that are a line of the processor's cache each, with a byte of a hash
//! beside each entry's number.
//!
//! One look at one line tells as a rule which entry it is, where a table with its marks and its items apart takes two; with
//! many entries, such misses are nearly all that a hit costs. So a line has as many places as fit. An index that grows
//! asks for the whole prints of its entries, which it does not keep.

use std::iter::successors;

use forebay_fetch::fetch;

use super::bucket::Bucket;
use crate::table::entry::Print;

/// Each print has a bucket that is its home. An entry is there, or displaced: in one behind it. It went past those before
/// that, which are full, and each of them counts it. When one of them has a place again, an entry that went past moves up,
/// or else in a memory that is full, where entries come and go for ever, ever more would be displaced.
#[derive(Debug)]
pub(crate) struct Index {
    buckets: Vec<Bucket>,
    len: usize,
}

impl Index {
    const BUCKETS_MIN: usize = 2;
    /// Its bytes for each entry when it has just grown by a half, having been two thirds full, which is when they are
    /// most.
    pub(crate) const ENTRY_BYTES: usize = size_of::<Bucket>() * 9 / (Bucket::PLACES * 4);
    /// So many buckets' entries are asked for their prints at once when it grows: each is far away, and none waits for
    /// another.
    const AT_ONCE: usize = 2;

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

    /// Looks at all with this tag but the first at home, which was seen: few have it in common, and few have gone past
    /// their home.
    #[cold]
    fn find_late<R>(&self, home: usize, print: Print, see: impl Fn(u32) -> Option<R>) -> Option<R> {
        let like = |n: usize| {
            let bucket = &self.buckets[n];
            bucket.like(print).map(|place| bucket.number(place))
        };
        self.trail(home).flat_map(like).skip(usize::from(like(home).next().is_some())).find_map(see)
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
        let mut asked = Vec::with_capacity(Self::AT_ONCE * Bucket::PLACES);
        for some in old.chunks(Self::AT_ONCE) {
            asked.extend(some.iter().flat_map(Bucket::iter).map(|at| (print_of(at), at)));
            asked.drain(..).for_each(|(print, at)| self.put(print, at));
        }
    }

    #[inline]
    fn put(&mut self, print: Print, at: u32) {
        let home = self.home(print);
        let mut n = home;
        loop {
            let bucket = &mut self.buckets[n];
            if let Some(place) = bucket.free() {
                return bucket.put(place, print, at, n != home);
            }
            bucket.go_past();
            n = self.after(n);
        }
    }

    /// Has the bucket fetched in which a print is looked for first.
    #[inline]
    pub(crate) fn foresee(&self, print: Print) {
        fetch(&self.buckets[self.home(print)]);
    }

    /// Takes an entry out. `print_of` says the prints of those that stay.
    #[inline]
    pub(crate) fn remove(&mut self, print: Print, at: u32, print_of: impl Fn(u32) -> Print) {
        let home = self.home(print);
        let bucket = &mut self.buckets[home];
        let Some(place) = bucket.place(print, at) else {
            return self.remove_late(home, print, at, print_of);
        };
        bucket.empty(place);
        self.len -= 1;
        if bucket.passed() > 0 {
            self.pull_back((home, place), print_of);
        }
    }

    /// As [`remove`](Self::remove), for one that is not at home.
    #[cold]
    fn remove_late(&mut self, home: usize, print: Print, at: u32, print_of: impl Fn(u32) -> Print) {
        let place_in = |n: usize| self.buckets[n].place(print, at).map(|place| (n, place));
        let Some((end, place)) = self.trail(home).find_map(place_in) else { return };
        self.buckets[end].empty(place);
        self.len -= 1;
        // It went past these when it came.
        self.come_back(home, end);
        if self.buckets[end].passed() > 0 {
            self.pull_back((end, place), print_of);
        }
    }

    /// One is no more behind the buckets from this one on, and before that one.
    #[inline]
    fn come_back(&mut self, from: usize, to: usize) {
        let mut n = from;
        while n != to {
            self.buckets[n].come_back();
            n = self.after(n);
        }
    }

    /// A bucket that entries went past has a place: one of them moves up, and one of those that went past the bucket that
    /// it leaves, until nobody did. As a rule each comes from the next bucket, where all that are displaced went past.
    #[cold]
    fn pull_back(&mut self, gap: (usize, usize), print_of: impl Fn(u32) -> Print) {
        let (mut gap, mut free) = gap;
        let mut n = gap;
        // Not more than once around, since a count that is at its most may count nobody.
        for _ in 1..self.buckets.len() {
            if self.buckets[n].passed() == 0 {
                return;
            }
            n = self.after(n);
            let bucket = &self.buckets[n];
            let mover = bucket.displaced().find_map(|place| {
                let at = bucket.number(place);
                let print = print_of(at);
                let went_past = self.distance(self.home(print), n) >= self.distance(gap, n);
                went_past.then_some((place, print, at))
            });
            if let Some((place, print, at)) = mover {
                self.buckets[n].empty(place);
                self.come_back(gap, n);
                let is_displaced = gap != self.home(print);
                self.buckets[gap].put(free, print, at, is_displaced);
                (gap, free) = (n, place);
            }
        }
    }

    /// Where a print is looked for first: as far from the beginning as its upper bits say. Its tag is the lower
    /// ones.
    ///
    /// They are not mixed once more, as they are for the ghosts. Each hit would wait for that before it can ask for the
    /// line; keys in a pattern that the hash does not hide quite, as multiples of 65 536, cost a few entries in a hundred
    /// a second look instead.
    #[inline]
    fn home(&self, print: Print) -> usize {
        let home = (u64::from(print.bits()) * self.buckets.len() as u64) >> u32::BITS;
        usize::try_from(home).unwrap_or_default()
    }

    #[inline]
    fn after(&self, n: usize) -> usize {
        if n + 1 == self.buckets.len() { 0 } else { n + 1 }
    }

    fn distance(&self, from: usize, to: usize) -> usize {
        if to >= from { to - from } else { to + self.buckets.len() - from }
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

    /// That it knows who is displaced, counts who went past, and lets nobody go past a place.
    fn assert_counts(index: &Index, print_of: impl Fn(u32) -> Print) {
        let mut passed = vec![0; index.buckets.len()];
        for (n, bucket) in index.buckets.iter().enumerate() {
            let displaced: Vec<u32> =
                bucket.displaced().map(|place| bucket.number(place)).collect();
            for at in bucket.iter() {
                let mut home = index.home(print_of(at));
                assert_eq!(displaced.contains(&at), home != n, "{at}");
                while home != n {
                    passed[home] += 1;
                    home = index.after(home);
                }
            }
        }
        for (bucket, passed) in index.buckets.iter().zip(passed) {
            assert_eq!(bucket.passed(), passed);
            assert!(passed == 0 || bucket.free().is_none(), "{passed} went past a place");
        }
    }

    /// Compares with a set, over many inserts and removals of which many have their tag and their home in common.
    #[test]
    fn it_finds_what_a_set_has() {
        let print_of = |at: u32| Print::of(u64::from(at % 31) * 0x0801_0001);
        let (mut index, mut set, mut random) = (Index::new(), BTreeSet::new(), random(1));
        for step in 0..20_000 {
            let at = below(700, random());
            if set.remove(&at) {
                index.remove(print_of(at), at, print_of);
            } else {
                index.insert(print_of(at), at, print_of);
                set.insert(at);
            }
            if step % 64 == 0 {
                assert_counts(&index, print_of);
                for at in 0..700 {
                    assert_eq!(finds(&index, print_of(at), at), set.contains(&at), "{step}");
                }
            }
        }
        assert_eq!(index.len, set.len());
    }

    /// Of ten thousand: how many are displaced, how many buckets were gone past, and how many buckets ten thousand looks in
    /// vain look at.
    fn order(index: &Index) -> (usize, usize, usize) {
        let displaced: usize = index.buckets.iter().map(|bucket| bucket.displaced().count()).sum();
        let passed = index.buckets.iter().filter(|bucket| bucket.passed() > 0).count();
        let looks: usize = (0..index.buckets.len()).map(|home| index.trail(home).count()).sum();
        let buckets = index.buckets.len();
        (displaced * 10_000 / index.len, passed * 10_000 / buckets, looks * 10_000 / buckets)
    }

    #[test]
    fn those_that_come_and_go_in_a_full_one_are_as_near_to_home_as_in_a_fresh_one() {
        let (mut index, mut random) = (Index::new(), random(1));
        let (mut prints, mut there) = (Vec::new(), Vec::new());
        while prints.len() < 10_000 || (index.len + 1) * 3 <= index.buckets.len() * 24 {
            let at = u32::try_from(prints.len()).unwrap();
            prints.push(Print::of(random()));
            index.insert(prints[at as usize], at, |at| prints[at as usize]);
            there.push(at);
        }
        let (fresh, buckets) = (order(&index), index.buckets.len());
        for turn in 0..20 * there.len() {
            let place = usize::try_from(random()).unwrap() % there.len();
            let at = there[place];
            index.remove(prints[at as usize], at, |at| prints[at as usize]);
            assert!(!finds(&index, prints[at as usize], at));
            prints[at as usize] = Print::of(random());
            index.insert(prints[at as usize], at, |at| prints[at as usize]);
            if turn % 9_973 == 0 {
                assert_counts(&index, |at| prints[at as usize]);
                assert!(there.iter().all(|at| finds(&index, prints[*at as usize], *at)));
            }
        }
        let now = order(&index);
        assert_eq!(index.buckets.len(), buckets, "it has not grown");
        assert!(now.0 < fresh.0 * 5 / 4 && now.1 < fresh.1 * 5 / 4, "{now:?}, fresh {fresh:?}");
        for at in there {
            index.remove(prints[at as usize], at, |at| prints[at as usize]);
        }
        assert!(index.len == 0 && index.buckets.iter().all(|bucket| bucket.iter().count() == 0));
        assert_counts(&index, |_| Print::of(0));
    }

    /// So it may be when each bucket's count was at its most once.
    #[test]
    fn a_look_in_vain_ends_although_each_bucket_counts_some_that_went_past() {
        let (first, second) = (Print::of(1), Print::of(u64::MAX - 0xFE));
        let print_of = |at: u32| if at < 13 { first } else { second };
        let mut index = Index::new();
        (0..13).for_each(|at| index.insert(first, at, print_of));
        (13..15).for_each(|at| index.insert(second, at, print_of));
        for bucket in &mut index.buckets {
            (0..1 << 20).for_each(|_| bucket.go_past());
        }
        assert!((0..15).all(|at| finds(&index, print_of(at), at)));
        assert!(!finds(&index, first, 99) && !finds(&index, second, 99));
        index.remove(first, 99, print_of);
        assert_eq!(index.len, 15);
        for at in 0..15 {
            index.remove(print_of(at), at, print_of);
            assert!((0..15).all(|other| finds(&index, print_of(other), other) == (other > at)));
        }
        assert_eq!(index.len, 0);
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
