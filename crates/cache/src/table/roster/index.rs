//! Finds the entry of a key: open addressing, and half of the hash beside each entry's number.
//!
//! One look at one line of the processor's cache tells which entry it is, where a table with its
//! marks and its items apart takes two; with many entries, such misses are nearly all that a hit
//! costs. Growing looks at no entry.

use crate::table::entry::Print;

/// Places for entries. A place is 0 if it is empty, else the print above the number plus one.
#[derive(Debug)]
pub(crate) struct Index {
    places: Vec<u64>,
    len: usize,
}

impl Index {
    const PLACES_MIN: usize = 16;

    pub(crate) fn new() -> Self {
        Self { places: vec![0; Self::PLACES_MIN], len: 0 }
    }

    /// What `see` makes of the entry with this print of which it makes something.
    #[inline]
    pub(crate) fn find<R>(&self, print: Print, see: impl Fn(u32) -> Option<R>) -> Option<R> {
        let mut place = self.home(print);
        loop {
            let (known, at) = split(self.places[place])?;
            if known == print
                && let Some(seen) = see(at)
            {
                return Some(seen);
            }
            place = self.after(place);
        }
    }

    /// Adds an entry that is not there.
    #[inline]
    pub(crate) fn insert(&mut self, print: Print, at: u32) {
        // At most three quarters are taken, so runs stay short.
        if (self.len + 1) * 4 > self.places.len() * 3 {
            self.grow();
        }
        self.put(print, at);
        self.len += 1;
    }

    /// By a half, so that never much more than half of it is empty. Homes keep their order, so both the old
    /// places and the new ones are gone through from one end to the other.
    #[cold]
    fn grow(&mut self) {
        let places = vec![0; self.places.len() + self.places.len() / 2];
        let old = std::mem::replace(&mut self.places, places);
        for (print, at) in old.into_iter().filter_map(split) {
            self.put(print, at);
        }
    }

    #[inline]
    fn put(&mut self, print: Print, at: u32) {
        let mut place = self.home(print);
        while self.places[place] != 0 {
            place = self.after(place);
        }
        self.places[place] = u64::from(print.bits()) << 32 | (u64::from(at) + 1);
    }

    /// Takes an entry out, and closes the gap: those behind it move up as far as they may.
    #[inline]
    pub(crate) fn remove(&mut self, print: Print, at: u32) {
        let mut gap = self.home(print);
        loop {
            let Some(known) = split(self.places[gap]) else { return };
            if known == (print, at) {
                break;
            }
            gap = self.after(gap);
        }
        self.len -= 1;
        let mut place = self.after(gap);
        while let Some((print, _)) = split(self.places[place]) {
            // It may move up unless its home lies behind the gap.
            if self.distance(self.home(print), place) >= self.distance(gap, place) {
                self.places[gap] = self.places[place];
                gap = place;
            }
            place = self.after(place);
        }
        self.places[gap] = 0;
    }

    /// Where a print is looked for first: as far from the beginning as its upper bits, which are the best
    /// mixed, say.
    #[inline]
    fn home(&self, print: Print) -> usize {
        let home = (u128::from(print.spread()) * self.places.len() as u128) >> u64::BITS;
        usize::try_from(home).unwrap_or_default()
    }

    #[inline]
    fn after(&self, place: usize) -> usize {
        if place + 1 == self.places.len() { 0 } else { place + 1 }
    }

    #[inline]
    fn distance(&self, from: usize, to: usize) -> usize {
        if to >= from { to - from } else { to + self.places.len() - from }
    }
}

#[inline]
fn split(place: u64) -> Option<(Print, u32)> {
    let at = u32::try_from(place & u64::from(u32::MAX)).ok()?.checked_sub(1)?;
    Some((Print::of(place >> 32), at))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Index, Print};

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

    #[test]
    fn the_highest_number_is_found() {
        let mut index = Index::new();
        index.insert(Print::of(u64::MAX), u32::MAX - 1);
        assert_eq!(index.find(Print::of(u64::MAX), Some), Some(u32::MAX - 1));
        assert_eq!(index.find(Print::of(0), Some), None);
    }
}
