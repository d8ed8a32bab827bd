//! The map, the order of its insertions, and what expires when.

use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use crate::backing::{Key, Value};
use crate::seam::WallTime;

/// Entries by key. Each has a number that grows with insertion and survives overwriting, so a scan
/// by number neither skips nor repeats a key that stays.
pub(super) struct Table<K, V> {
    entries: HashMap<K, Entry<V>>,
    order: BTreeMap<u64, K>,
    expiries: BTreeSet<(WallTime, u64)>,
    inserted: u64,
}

struct Entry<V> {
    number: u64,
    value: V,
    expires_at: Option<WallTime>,
}

impl<K: Key, V: Value> Table<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn put(&mut self, key: K, value: V, expires_at: Option<WallTime>) {
        let number = match self.entries.entry(key) {
            Slot::Occupied(mut slot) => {
                let entry = slot.get_mut();
                if let Some(before) = entry.expires_at {
                    self.expiries.remove(&(before, entry.number));
                }
                entry.value = value;
                entry.expires_at = expires_at;
                entry.number
            }
            Slot::Vacant(slot) => {
                self.inserted += 1;
                let number = self.inserted;
                self.order.insert(number, slot.key().clone());
                slot.insert(Entry { number, value, expires_at });
                number
            }
        };
        if let Some(at) = expires_at {
            self.expiries.insert((at, number));
        }
    }

    pub(super) fn remove(&mut self, key: &K) {
        if let Some(entry) = self.entries.remove(key) {
            self.order.remove(&entry.number);
            if let Some(at) = entry.expires_at {
                self.expiries.remove(&(at, entry.number));
            }
        }
    }

    /// Whether anything in it ever expires.
    pub(super) fn has_expiries(&self) -> bool {
        !self.expiries.is_empty()
    }

    /// Drops what has expired by `now`.
    pub(super) fn expire(&mut self, now: WallTime) {
        while let Some(&(at, number)) = self.expiries.first() {
            if at > now {
                return;
            }
            self.expiries.pop_first();
            if let Some(key) = self.order.remove(&number) {
                self.entries.remove(&key);
            }
        }
    }

    /// At most `limit` entries with a number beyond `after`, and the last one's number if there
    /// are more.
    pub(super) fn page(&self, after: u64, limit: usize) -> (Vec<(K, V)>, Option<u64>) {
        let mut entries = Vec::new();
        let mut last = after;
        for (number, key) in self.order.range((Bound::Excluded(after), Bound::Unbounded)) {
            if entries.len() == limit {
                return (entries, Some(last));
            }
            if let Some(value) = self.get(key) {
                entries.push((key.clone(), value.clone()));
            }
            last = *number;
        }
        (entries, None)
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            order: BTreeMap::new(),
            expiries: BTreeSet::new(),
            inserted: 0,
        }
    }
}
