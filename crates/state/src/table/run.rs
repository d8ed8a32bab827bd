//! Many changes of a table at once, while nobody looks.

use std::cmp::Ordering;
use std::iter;
use std::sync::Arc;

use super::entry::Entry;
use super::order::{TableOrder, seek};
use super::table::Table;
use crate::key::Key;
use crate::tree::Order;

/// Changes in the order in which they were made. Applied, they are sorted first, and of several of one
/// key only the last is: neighbours find each other's nodes in the processor's caches, and an empty
/// table is built in one go.
pub(crate) struct Run<K: Key, V> {
    /// Everything that was there before goes.
    is_cleared: bool,
    /// Whoever has made it has sorted it: the keys rise, none of them twice.
    is_in_order: bool,
    deeds: Vec<Deed<K, V>>,
    /// Bytes of keys and values, as they are stored.
    bytes: usize,
}

enum Deed<K: Key, V> {
    Put(Arc<Entry<K, V>>),
    Delete(K),
}

impl<K: Key, V> Deed<K, V> {
    fn is_put(&self) -> bool {
        matches!(self, Self::Put(_))
    }

    fn key(&self) -> &K {
        match self {
            Self::Put(entry) => &entry.key,
            Self::Delete(key) => key,
        }
    }
}

impl<K: Key, V> Run<K, V> {
    /// Many enough that neighbours meet.
    const DEEDS_MAX: usize = 1 << 17;

    /// Few enough to be no load on the memory.
    const BYTES_MAX: usize = 32 << 20;

    /// One whose changes will be given in the order of their keys, one a key.
    pub(crate) fn in_order(most: usize) -> Self {
        Self { is_in_order: true, deeds: Vec::with_capacity(most), ..Self::default() }
    }

    /// The key that was given last.
    pub(crate) fn last_key(&self) -> Option<&K> {
        self.deeds.last().map(Deed::key)
    }

    /// `bytes`: how long the value is where it comes from.
    pub(crate) fn put(&mut self, key: K, value: V, bytes: usize) {
        self.bytes += bytes;
        self.deeds.push(Deed::Put(Arc::new(Entry::new(key, value))));
    }

    pub(crate) fn delete(&mut self, key: K) {
        self.deeds.push(Deed::Delete(key));
    }

    /// Nothing of before counts any more.
    pub(crate) fn clear(&mut self) {
        *self = Self { is_cleared: true, ..Self::default() };
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.deeds.is_empty() && !self.is_cleared
    }

    /// How many changes there are.
    pub(crate) fn len(&self) -> usize {
        self.deeds.len()
    }

    /// Whether it is time to apply it.
    pub(crate) fn is_full(&self) -> bool {
        self.deeds.len() >= Self::DEEDS_MAX || self.bytes >= Self::BYTES_MAX
    }

    /// The last deed of each key, in the order of the keys.
    fn sorted<O: TableOrder>(self, order: &O) -> impl Iterator<Item = Deed<K, V>> {
        let mut deeds: Vec<Option<Deed<K, V>>> = self.deeds.into_iter().map(Some).collect();
        let marks = deeds
            .iter()
            .zip(0_u32..)
            .filter_map(|(deed, at)| Some((order.with_bytes(deed.as_ref()?.key(), begin), at)));
        let mut marks: Vec<(u128, u32)> = marks.collect();
        let compare = |a: u32, b: u32| {
            let key = |at: u32| deeds.get(at as usize)?.as_ref().map(Deed::key);
            match (key(a), key(b)) {
                (Some(a), Some(b)) => order.compare(a, b),
                _ => Ordering::Equal,
            }
        };
        let keys = |a: &(u128, u32), b: &(u128, u32)| a.0.cmp(&b.0).then_with(|| compare(a.1, b.1));
        marks.sort_unstable_by(|a, b| keys(a, b).then(b.1.cmp(&a.1)));
        // The last one of a key comes first now.
        marks.dedup_by(|later, kept| keys(later, kept).is_eq());
        marks.into_iter().filter_map(move |(_, at)| deeds.get_mut(at as usize)?.take())
    }
}

/// The first sixteen bytes of a key's place, as a number; it never decides against them.
fn begin(bytes: &[u8]) -> u128 {
    let mut first = [0; 16];
    let length = bytes.len().min(first.len());
    first[..length].copy_from_slice(&bytes[..length]);
    u128::from_be_bytes(first)
}

impl<K: Key, V> Default for Run<K, V> {
    fn default() -> Self {
        Self { is_cleared: false, is_in_order: false, deeds: Vec::new(), bytes: 0 }
    }
}

impl<K: Key, V, O: TableOrder> Table<K, V, O> {
    /// Applies a run while nobody looks. If code of a key panics, the table is worth nothing.
    pub(crate) fn run(&mut self, run: Run<K, V>) {
        if run.is_cleared {
            self.wipe();
        }
        let order = self.order().clone();
        if run.is_in_order {
            self.deeds(&order, run.deeds.into_iter());
        } else {
            self.deeds(&order, run.sorted(&order));
        }
    }

    /// Applies changes in the order of their keys, one a key.
    fn deeds(&mut self, order: &O, deeds: impl Iterator<Item = Deed<K, V>>) {
        let mut deeds = deeds.peekable();
        while deeds.peek().is_some() {
            let puts = iter::from_fn(|| match deeds.next_if(Deed::is_put)? {
                Deed::Put(entry) => Some(entry),
                Deed::Delete(_) => None,
            });
            self.tree.insert_row(puts, drop);
            if let Some(Deed::Delete(key)) = deeds.next() {
                seek(order, &key, |sought| drop(self.tree.remove(sought)));
            }
        }
    }
}
