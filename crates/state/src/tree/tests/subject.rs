//! What the tests put into trees: entries with three kinds of keys, in four orders.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::ops::Bound;
use std::sync::Arc;

use crate::tree::{Cursor, Item, Order, Sought, Tree};

pub(super) type Entry<K> = Arc<(K, u32)>;

impl<K: Clone> Item for Entry<K> {
    type Key = K;

    fn key(&self) -> &K {
        &self.0
    }
}

/// How a number becomes a key, and a key bytes.
pub(super) trait Kind: Order<<Self as Kind>::Key> + Copy + Debug {
    type Key: Ord + Clone + Debug + Send + Sync + 'static;

    fn key(self, number: u32) -> Self::Key;
}

/// Text of one length with a long common beginning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Padded;

/// Text of all lengths, one often the beginning of another, with zero bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ragged;

/// Numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers;

/// Numbers whose bytes tell next to nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coarse;

impl Kind for Padded {
    type Key = String;

    fn key(self, number: u32) -> String {
        format!("user:{number:012}")
    }
}

impl Kind for Ragged {
    type Key = String;

    fn key(self, number: u32) -> String {
        let digits = (0..).map(|at| number >> (2 * at)).take_while(|rest| *rest > 0);
        digits.map(|rest| ['\0', 'a', 'b', '\u{7f}'][(rest % 4) as usize]).collect()
    }
}

impl Kind for Numbers {
    type Key = u32;

    fn key(self, number: u32) -> u32 {
        // Spread, so that neighbours are far apart and the top bit occurs.
        number.wrapping_mul(0x9E37_79B1)
    }
}

impl Kind for Coarse {
    type Key = u32;

    fn key(self, number: u32) -> u32 {
        number
    }
}

impl Order<String> for Padded {
    fn with_bytes<R>(&self, key: &String, f: impl FnOnce(&[u8]) -> R) -> R {
        f(key.as_bytes())
    }

    fn compare(&self, a: &String, b: &String) -> Ordering {
        a.cmp(b)
    }
}

impl Order<String> for Ragged {
    fn with_bytes<R>(&self, key: &String, f: impl FnOnce(&[u8]) -> R) -> R {
        f(key.as_bytes())
    }

    fn compare(&self, a: &String, b: &String) -> Ordering {
        a.cmp(b)
    }
}

impl Order<u32> for Numbers {
    fn with_bytes<R>(&self, key: &u32, f: impl FnOnce(&[u8]) -> R) -> R {
        f(&key.to_be_bytes())
    }

    fn compare(&self, a: &u32, b: &u32) -> Ordering {
        a.cmp(b)
    }
}

impl Order<u32> for Coarse {
    fn with_bytes<R>(&self, key: &u32, f: impl FnOnce(&[u8]) -> R) -> R {
        f(&(key / 500).to_be_bytes())
    }

    fn compare(&self, a: &u32, b: &u32) -> Ordering {
        a.cmp(b)
    }
}

/// A tree and the map that says what must be in it.
#[derive(Clone)]
pub(super) struct Pair<O: Kind> {
    pub(super) kind: O,
    pub(super) tree: Tree<Entry<O::Key>, O>,
    pub(super) map: BTreeMap<O::Key, u32>,
}

impl<O: Kind> Pair<O> {
    pub(super) fn new(kind: O) -> Self {
        Self { kind, tree: Tree::new(kind), map: BTreeMap::new() }
    }

    pub(super) fn built(kind: O, numbers: impl Iterator<Item = u32>) -> Self {
        let map: BTreeMap<_, _> = numbers.map(|number| (kind.key(number), number)).collect();
        let items = map.iter().map(|(key, value)| Arc::new((key.clone(), *value)));
        Self { kind, tree: Tree::build(kind, items), map }
    }

    pub(super) fn insert(&mut self, number: u32, value: u32) {
        let key = self.kind.key(number);
        let old = self.tree.insert(Arc::new((key.clone(), value)));
        assert_eq!(old.map(|entry| entry.1), self.map.insert(key, value));
    }

    /// Puts all of them in as one row.
    pub(super) fn insert_row(&mut self, numbers: impl Iterator<Item = u32>, value: u32) {
        let row: BTreeMap<_, _> = numbers.map(|number| (self.kind.key(number), value)).collect();
        let mut replaced = Vec::new();
        let items = row.iter().map(|(key, value)| Arc::new((key.clone(), *value)));
        self.tree.insert_row(items, |old| replaced.push(old.1));
        let in_map = row.into_iter().filter_map(|(key, value)| self.map.insert(key, value));
        assert_eq!(replaced, in_map.collect::<Vec<_>>());
    }

    /// Takes a row over that `newer` has, and that is all in which the two differ; whether it could.
    pub(super) fn graft(&mut self, newer: &Self, row: impl Iterator<Item = u32>) -> bool {
        let keys: BTreeSet<_> = row.map(|number| self.kind.key(number)).collect();
        let item = |key: &O::Key| Arc::new((key.clone(), 0));
        let (first, last) = (item(keys.first().unwrap()), item(keys.last().unwrap()));
        let is_grafted = self.tree.graft(&newer.tree, (&first, &last), drop);
        if is_grafted {
            self.map.clone_from(&newer.map);
        }
        is_grafted
    }

    pub(super) fn remove(&mut self, number: u32) {
        let key = self.kind.key(number);
        let old = sought(self.kind, &key, |sought| self.tree.remove(sought));
        assert_eq!(old.map(|entry| entry.1), self.map.remove(&key));
    }

    pub(super) fn get(&self, number: u32) {
        let key = self.kind.key(number);
        let found = sought(self.kind, &key, |sought| self.tree.get(sought).map(|entry| entry.1));
        assert_eq!(found, self.map.get(&key).copied());
    }

    pub(super) fn range(
        &self,
        low: Bound<O::Key>,
        high: Bound<O::Key>,
    ) -> Cursor<'_, Entry<O::Key>> {
        let smaller = |key: O::Key| sought(self.kind, &key, |sought| self.tree.rank(sought));
        let past = |(smaller, is_there): (usize, bool)| smaller + usize::from(is_there);
        let front = match low {
            Bound::Unbounded => 0,
            Bound::Included(low) => smaller(low).0,
            Bound::Excluded(low) => past(smaller(low)),
        };
        let back = match high {
            Bound::Unbounded => self.tree.len(),
            Bound::Included(high) => past(smaller(high)),
            Bound::Excluded(high) => smaller(high).0,
        };
        self.tree.part(front, back)
    }

    /// Whether the tree is sound and has what the map has, both ways.
    pub(super) fn check(&self) {
        self.tree.check();
        assert_eq!(self.tree.len(), self.map.len());
        assert!(self.tree.iter().map(|entry| (&entry.0, &entry.1)).eq(&self.map));
        assert!(self.tree.iter().rev().map(|entry| (&entry.0, &entry.1)).eq(self.map.iter().rev()));
    }
}

/// A search that counts how many keys it compares.
pub(super) struct Search<'a, O: Kind> {
    pub(super) kind: O,
    pub(super) bytes: &'a [u8],
    pub(super) key: &'a O::Key,
    pub(super) compared: Cell<u32>,
}

impl<O: Kind> Sought<Entry<O::Key>> for Search<'_, O> {
    fn bytes(&self) -> &[u8] {
        self.bytes
    }

    fn compare(&self, other: &O::Key) -> Ordering {
        self.compared.set(self.compared.get() + 1);
        self.kind.compare(other, self.key)
    }
}

pub(super) fn sought<O: Kind, R>(kind: O, key: &O::Key, f: impl FnOnce(&Search<'_, O>) -> R) -> R {
    kind.with_bytes(key, |bytes| f(&Search { kind, bytes, key, compared: Cell::new(0) }))
}
