//! Entries that were evicted under a lock, kept until it is gone: dropping one may run foreign code.

use std::array::from_fn;
use std::mem::{needs_drop, take};

use super::entry::{Entry, Held};
use crate::engine::caught;

/// So many are evicted under one lock.
pub(crate) const FEW: usize = 4;

/// Whether one entry is so large that there is a place for one only, because the places lie on the stack.
pub(crate) const fn is_large<K, V>() -> bool {
    size_of::<Option<Entry<K, V>>>() > 1024
}

/// It has so many places, and takes no memory but its own, because the lock is held meanwhile.
///
/// The places are filled in order. Those that are free are only marked so: most steps evict nothing, and are not to write
/// whole places for that.
#[derive(Debug)]
pub(crate) struct Gone<K, V, const PLACES: usize> {
    keys: [Option<K>; PLACES],
    held: [Held<V>; PLACES],
    len: usize,
}

impl<K, V, const PLACES: usize> Gone<K, V, PLACES> {
    #[inline]
    pub(crate) fn none() -> Self {
        Self { keys: from_fn(|_| None), held: from_fn(|_| Held::Nothing), len: 0 }
    }

    /// Whether no other one fits.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.len == PLACES
    }

    /// Keeps one more. It fits, as was asked.
    #[inline]
    pub(super) fn keep(&mut self, entry: Entry<K, V>) {
        let at = self.len;
        debug_assert!(at < PLACES, "a place for it was asked for");
        if at < PLACES {
            let (key, held) = entry.into_parts();
            (self.keys[at], self.held[at]) = (Some(key), held);
            self.len += 1;
        }
    }

    /// Drops them. A panic of one is nothing to the others: each goes alone, because two that panic at once would end the
    /// process.
    ///
    /// All keys go before the values. What they hold was not looked at for long, so freeing it waits for its line of the
    /// processor's cache. For those of several keys it waits at once, but a value is often a counted reference, and a processor
    /// that counts one down begins nothing behind it meanwhile.
    pub(crate) fn drop_each(&mut self) {
        let len = take(&mut self.len);
        if needs_drop::<K>() {
            drop_all(&mut self.keys[..len], |key| *key = None);
        }
        if needs_drop::<V>() {
            drop_all(&mut self.held[..len], |held| *held = Held::Nothing);
        }
    }
}

#[inline]
fn drop_all<T>(all: &mut [T], drop_one: impl Fn(&mut T)) {
    let mut left = all.iter_mut();
    // After a panic it goes on with the next.
    while left.len() > 0 {
        caught(|| left.by_ref().for_each(&drop_one));
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use std::cell::Cell;

    use super::{Entry, Gone, Held};

    /// Counts its drops, each of which panics.
    struct Loud<'a>(&'a Cell<u32>);

    impl Drop for Loud<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
            panic!("a drop of the caller's");
        }
    }

    #[test]
    fn what_is_dropped_after_one_whose_drop_panics_is_dropped_all_the_same() {
        let (keys, values) = (Cell::new(0), Cell::new(0));
        let mut gone = Gone::<Loud<'_>, Loud<'_>, 4>::none();
        for _ in 0..3 {
            gone.keep(Entry::holding(Loud(&keys), Held::Value(Loud(&values)), 1, 1));
        }
        gone.drop_each();
        assert_eq!((keys.get(), values.get()), (3, 3));
        gone.drop_each();
        assert_eq!((keys.get(), values.get()), (3, 3), "and only once");
    }

    #[test]
    fn it_is_full_when_each_of_its_places_has_one() {
        let mut gone = Gone::<u32, u32, 2>::none();
        let full = [(); 2].map(|()| {
            gone.keep(Entry::holding(1, Held::Value(1), 1, 1));
            gone.is_full()
        });
        assert_eq!(full, [false, true]);
        gone.drop_each();
        assert!(!gone.is_full(), "its places are free again");
    }
}
