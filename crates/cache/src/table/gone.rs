//! Entries that were evicted under a lock, kept until it is gone: dropping one may run foreign code.

use super::entry::Entry;

/// So many are evicted under one lock.
pub(crate) const FEW: usize = 4;

/// Whether one entry is so large that there is a place for one only, because the places lie on the stack.
pub(crate) const fn is_large<K, V>() -> bool {
    size_of::<Option<Entry<K, V>>>() > 1024
}

/// It has so many places, and takes no memory but its own, because the lock is held meanwhile.
#[derive(Debug)]
pub(crate) struct Gone<K, V, const PLACES: usize>([Option<Entry<K, V>>; PLACES]);

impl<K, V, const PLACES: usize> Gone<K, V, PLACES> {
    pub(crate) const fn none() -> Self {
        Self([const { None }; PLACES])
    }

    /// Where another one fits, if it does.
    #[inline]
    pub(super) fn place(&mut self) -> Option<&mut Option<Entry<K, V>>> {
        self.0.iter_mut().find(|place| place.is_none())
    }

    /// Takes them out one by one. The places are filled in order, so nothing is moved where nothing went.
    #[inline]
    pub(crate) fn take_each(&mut self, mut each: impl FnMut(Entry<K, V>)) {
        for place in &mut self.0 {
            if place.is_none() {
                return;
            }
            place.take().into_iter().for_each(&mut each);
        }
    }
}
