//! Entries that were evicted under a lock, kept until it is gone: dropping one may run foreign code.

use super::entry::Entry;

/// So many are evicted under one lock.
pub(crate) const FEW: usize = 4;

/// It takes no memory but its own, because the lock is held meanwhile.
#[derive(Debug)]
pub(crate) struct Gone<K, V>([Option<Entry<K, V>>; FEW]);

impl<K, V> Gone<K, V> {
    pub(crate) const fn none() -> Self {
        Self([const { None }; FEW])
    }

    /// Where another one fits, if it does.
    #[inline]
    pub(super) fn place(&mut self) -> Option<&mut Option<Entry<K, V>>> {
        self.0.iter_mut().find(|place| place.is_none())
    }
}

impl<K, V> IntoIterator for Gone<K, V> {
    type Item = Entry<K, V>;
    type IntoIter = std::iter::Flatten<std::array::IntoIter<Option<Entry<K, V>>, FEW>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}
