//! What a transaction sees, and what it is going to write.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use foldhash::fast::RandomState;
use forebay_store::{Condition, Error, Key, Result, Value};

use super::entering::Expected;
use super::together::Together;
use crate::engine::shared::Shared;
use crate::table::{Basis, Expect};
use crate::write::Stamp;

/// Several keys of a cache as a closure sees and writes them, see [`Cache::transact`](crate::Cache::transact).
pub struct Transaction<K: Key, V: Value> {
    pub(in crate::engine) writes: Together<K, V>,
    /// Every key that was looked at, in this run of the closure or an earlier one, and those that are to be written
    /// through.
    pub(in crate::engine) looks: Vec<Look<K, V>>,
    /// How many of them a run has looked at.
    looked: usize,
    /// A look by the hash of its key. Where two share it, it is the last.
    by_hash: HashMap<u64, usize, RandomState>,
    /// Memory did not know a key that this run wanted to see.
    pub(in crate::engine) lacks: bool,
    /// What the values weigh that this run has seen.
    seen_bytes: u64,
    /// What the values weigh that were loaded for this run.
    loaded_bytes: u64,
}

/// A key that is looked at.
pub(in crate::engine) struct Look<K, V> {
    pub(in crate::engine) n: usize,
    pub(in crate::engine) hash: u64,
    pub(in crate::engine) key: K,
    /// A run has looked at it, so it counts.
    is_counted: bool,
    /// Nobody else modifies the key.
    pub(in crate::engine) has_turn: bool,
    /// What a load has brought for this turn. It stays for the next run, which may wait for room before: to load it
    /// again would cost that room.
    pub(in crate::engine) loaded: Option<Loaded<V>>,
    pub(in crate::engine) sight: Sight<V>,
}

/// What a load has brought.
pub(in crate::engine) struct Loaded<V>(pub(in crate::engine) Option<V>);

/// What a run has seen of a key.
pub(in crate::engine) enum Sight<V> {
    NotLooked,
    /// Memory does not know.
    Unknown,
    Seen {
        value: Option<V>,
        stamp: u64,
        expiry: u64,
    },
}

impl<K: Key, V: Value> Transaction<K, V> {
    /// How many keys it may write and look at, both counted: all their shards stand still while it is accepted.
    pub const KEYS_MAX: usize = 16_384;

    pub(in crate::engine) fn new(shared: &Arc<Shared<K, V>>) -> Self {
        let writes = Together::new(shared);
        let (looks, by_hash) = (Vec::new(), HashMap::default());
        let (lacks, looked, seen_bytes, loaded_bytes) = (false, 0, 0, 0);
        Self { writes, looks, looked, by_hash, lacks, seen_bytes, loaded_bytes }
    }

    /// The value of `key`: what the transaction makes of it, if it has written it, else what the cache has.
    ///
    /// # Errors
    ///
    /// If memory does not know it: hand that on. The closure is run again when it was loaded. `Refused` beyond
    /// [`KEYS_MAX`](Self::KEYS_MAX), or if two values or more weigh more than may be unstored.
    pub fn get(&mut self, key: &K) -> Result<Option<V>> {
        let hash = self.writes.shared.hash(key);
        if let Some(held) = self.writes.held(hash, key) {
            return Ok(held.value().cloned());
        }
        Ok(self.look_at(hash, key)?.0)
    }

    /// What the cache has of `key`, whatever the transaction makes of it, and a stamp of that.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn look(&mut self, key: &K) -> Result<(Option<V>, Stamp)> {
        let hash = self.writes.shared.hash(key);
        self.look_at(hash, key)
    }

    /// Makes `value` the value of `key`.
    ///
    /// # Errors
    ///
    /// `Refused` if there can never be room among the unstored for so much together, or beyond
    /// [`KEYS_MAX`](Self::KEYS_MAX).
    pub fn put(&mut self, key: K, value: V) -> Result<()> {
        self.check_keys(&key)?;
        self.writes.put(key, value)
    }

    /// Makes `key` absent.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn delete(&mut self, key: K) -> Result<()> {
        self.check_keys(&key)?;
        self.writes.delete(key)
    }

    /// Another run begins, which has seen and written nothing.
    pub(in crate::engine) fn begin(&mut self) {
        self.writes.clear();
        (self.lacks, self.seen_bytes) = (false, 0);
        self.looks.iter_mut().for_each(|look| look.sight = Sight::NotLooked);
    }

    /// The places of the keys that memory does not know, among those that were looked at.
    pub(in crate::engine) fn unknown(&self) -> Vec<usize> {
        let looks = self.looks.iter().enumerate();
        looks.filter(|(_, look)| matches!(look.sight, Sight::Unknown)).map(|(at, _)| at).collect()
    }

    /// What a load has brought for a key that it looks at.
    pub(in crate::engine) fn loaded(&mut self, place: usize, value: Option<V>) {
        let look = &mut self.looks[place];
        if let Some(value) = &value {
            let bytes = self.writes.shared.weigh(&look.key, value);
            self.loaded_bytes = self.loaded_bytes.saturating_add(bytes.into());
        }
        look.loaded = Some(Loaded(value));
    }

    /// Its turns are given up, and with them what was loaded for them.
    pub(in crate::engine) fn forget_loaded(&mut self) {
        self.loaded_bytes = 0;
        for look in &mut self.looks {
            (look.has_turn, look.loaded) = (false, None);
        }
    }

    /// What has to be as it was seen.
    pub(in crate::engine) fn split(
        &mut self,
        wall: u64,
    ) -> (&mut Together<K, V>, Vec<Expected<'_, K>>) {
        let expected = self.looks.iter().filter_map(|look| {
            let Look { n, hash, key, has_turn, sight, .. } = look;
            let Sight::Seen { stamp, expiry, .. } = *sight else { return None };
            let condition = Condition::Always;
            let (has_turn, is_edit, is_uncoalesced) = (*has_turn, false, false);
            let expect =
                Expect { stamp, expiry, has_turn, is_edit, wall, condition, is_uncoalesced };
            Some(Expected { n: *n, hash: *hash, key, expect })
        });
        (&mut self.writes, expected.collect())
    }

    /// Where the keys that it writes stand among those that it looks at: who writes through stands in their lines, too.
    pub(in crate::engine) fn written(&mut self) -> Vec<usize> {
        let accepts = self.writes.writes.iter().filter_map(|write| write.accept.as_ref());
        let keys: Vec<_> = accepts.map(|accept| (accept.hash, accept.key.clone())).collect();
        keys.iter().map(|(hash, key)| self.place_of(*hash, key)).collect()
    }

    /// Before it gets in lines: keys that only an earlier run has written are not among them.
    pub(in crate::engine) fn forget_unwritten(&mut self, written: &[usize]) {
        let written: HashSet<_> = written.iter().collect();
        let looks = std::mem::take(&mut self.looks).into_iter().enumerate();
        let is_left = |(at, look): &(usize, Look<K, V>)| look.is_counted || written.contains(at);
        self.looks = looks.filter(is_left).map(|(_, look)| look).collect();
        let places = self.looks.iter().enumerate();
        self.by_hash = places.map(|(at, look)| (look.hash, at)).collect();
    }

    fn look_at(&mut self, hash: u64, key: &K) -> Result<(Option<V>, Stamp)> {
        let at = match self.find(hash, key) {
            Some(at) if self.looks[at].is_counted => at,
            _ => {
                self.check_keys(key)?;
                let at = self.place_of(hash, key);
                self.looks[at].is_counted = true;
                self.looked += 1;
                at
            }
        };
        let shared = &self.writes.shared;
        let look = &mut self.looks[at];
        if matches!(look.sight, Sight::NotLooked) {
            let sight = look.see(shared);
            if let Sight::Seen { value: Some(value), .. } = &sight {
                let bytes = u64::from(shared.weigh(key, value));
                let all = self.seen_bytes.saturating_add(self.loaded_bytes).saturating_add(bytes);
                // One alone is as large as any value may be.
                if self.seen_bytes > 0 && all > shared.parts.dirty_bytes_max {
                    let message = "a transaction looks at more bytes than may be unstored";
                    return Err(Error::refused(message));
                }
                self.seen_bytes += bytes;
            }
            look.sight = sight;
        }
        if let Sight::Seen { value, stamp, .. } = &look.sight {
            return Ok((value.clone(), Stamp(*stamp)));
        }
        self.lacks = true;
        Err(Error::unavailable(
            "memory does not know the value; the closure is run again when it was loaded",
        ))
    }

    fn find(&self, hash: u64, key: &K) -> Option<usize> {
        let is = |look: &Look<K, V>| look.hash == hash && look.key == *key;
        let first = *self.by_hash.get(&hash)?;
        if self.looks.get(first).is_some_and(is) {
            return Some(first);
        }
        self.looks.iter().position(is)
    }

    /// Where a key stands among those that are looked at.
    fn place_of(&mut self, hash: u64, key: &K) -> usize {
        if let Some(at) = self.find(hash, key) {
            return at;
        }
        let at = self.looks.len();
        let (n, key) = (self.writes.shared.place(hash), key.clone());
        let (is_counted, has_turn, loaded, sight) = (false, false, None, Sight::NotLooked);
        self.looks.push(Look { n, hash, key, is_counted, has_turn, loaded, sight });
        self.by_hash.insert(hash, at);
        at
    }

    /// Whether there is a place for one more key, unless it is written already.
    fn check_keys(&self, key: &K) -> Result<()> {
        let count = self.looked + self.writes.writes.len();
        if count < Self::KEYS_MAX || self.writes.held(self.writes.shared.hash(key), key).is_some() {
            return Ok(());
        }
        let message = format!("a transaction has at most {} keys", Self::KEYS_MAX);
        Err(Error::refused(message))
    }
}

impl<K: Key, V: Value> Look<K, V> {
    /// What memory knows. It may run foreign code, under the shard's read lock only `clone`.
    fn see(&mut self, shared: &Shared<K, V>) -> Sight<V> {
        let basis = {
            let table = shared.cells[self.n].lock.read();
            match table.find(self.hash, &self.key) {
                Some(at) => table.basis(at, self.has_turn, || shared.wall()),
                None => Basis::NotYet,
            }
        };
        let (value, stamp) = match (basis, &self.loaded) {
            (Basis::Known(value, stamp), _) => (value, stamp),
            (Basis::Loaded(stamp), Some(Loaded(value))) => (value.clone(), stamp),
            (Basis::Loaded(_) | Basis::NotYet, _) => return Sight::Unknown,
        };
        let expiry = value.as_ref().map_or(0, |value| shared.deadline(&self.key, value));
        Sight::Seen { value, stamp, expiry }
    }
}

impl<K: Key, V: Value> fmt::Debug for Transaction<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("looks", &self.looks.len())
            .field("writes", &self.writes)
            .finish_non_exhaustive()
    }
}
