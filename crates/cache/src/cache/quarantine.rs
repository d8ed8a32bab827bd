//! What the store refused: to be looked at, tried again, changed, or given up.

use forebay_store::{Key, Op, Value};

use super::handle::Cache;
use crate::quarantine::{Quarantined, QuarantinedWrite};
use crate::receipt::Receipt;

/// The writes of a cache that its store refused. Each is kept, is read like any other value, and delays no other key.
///
/// ```
/// use forebay_cache::{Cache, Settings};
/// use forebay_store::{Error, MemoryStore, fault::Scripted};
///
/// let (store, script) = Scripted::new(MemoryStore::new());
/// script.refuse("ada");
/// let cache = Cache::builder(store).write_behind(Settings::default()).open().wait()?;
/// cache.put("ada", 36).wait()?;
/// cache.flush().wait().unwrap_err();
///
/// let quarantine = cache.quarantine();
/// let refused = quarantine.list();
/// assert_eq!((refused[0].key, refused[0].attempts), ("ada", 1));
/// assert_eq!(cache.get(&"ada").wait()?, Some(36));
///
/// script.accept(&"ada"); // what was wrong with the store is put right
/// assert!(quarantine.retry(&"ada"));
/// cache.flush().wait()?;
/// assert!(quarantine.is_empty());
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Quarantine<'a, K: Key, V: Value>(&'a Cache<K, V>);

impl<K: Key, V: Value> Cache<K, V> {
    /// The writes that the store refused.
    pub fn quarantine(&self) -> Quarantine<'_, K, V> {
        Quarantine(self)
    }

    /// The writes that the store refused, with what it said: short for
    /// [`quarantine().list()`](Quarantine::list).
    pub fn quarantined(&self) -> Vec<Quarantined<K>> {
        self.quarantine().list()
    }

    /// Takes `key` out of quarantine to be tried again: short for
    /// [`quarantine().retry(key)`](Quarantine::retry).
    pub fn replay(&self, key: &K) -> bool {
        self.quarantine().retry(key)
    }
}

impl<K: Key, V: Value> Quarantine<'_, K, V> {
    /// How many keys are in it.
    pub fn len(&self) -> usize {
        self.0.shared().cells.iter().map(|cell| cell.lock.look().quarantined()).sum()
    }

    /// Whether no key is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All keys in it, without their values. The cost grows with their number.
    pub fn list(&self) -> Vec<Quarantined<K>> {
        self.page(0, usize::MAX).0
    }

    /// At most `max` keys in quarantine from a place on, and the place where the next page begins, if there is one. The
    /// first place is 0; a place has a meaning for this cache only. The keys of each shard are in the order in which they
    /// were refused. A page costs what is on it. A key that comes or goes between two pages may be missed. If the key
    /// with which the next page begins goes, others of its shard are seen twice.
    pub fn page(&self, from: u64, max: usize) -> (Vec<Quarantined<K>>, Option<u64>) {
        let shard = usize::try_from(from >> 32).unwrap_or(usize::MAX);
        // The lower half is one more than an entry, so that 0 is none.
        let entry = u32::try_from(from & u64::from(u32::MAX)).unwrap_or(u32::MAX).checked_sub(1);
        let (found, next) = self.0.shared().quarantined_from((shard, entry), max);
        (found, next.map(|(shard, at)| (shard as u64) << 32 | (u64::from(at) + 1)))
    }

    /// One key in quarantine, with the write that the store will not take. `None` if it is not there.
    pub fn show(&self, key: &K) -> Option<QuarantinedWrite<K, V>> {
        self.0.shared().quarantined_write(key)
    }

    /// Takes `key` out to be tried again, before everything else that is unstored. If the store refuses it once more, it
    /// comes back with one attempt more; a restart before the store has answered begins the count again. A write that
    /// [waits](Quarantined::waits) there goes to the store for the first time.
    ///
    /// `false` if the key is not in quarantine, if a write-through of it is under way, or if there is no room among the
    /// unstored writes or in the journal.
    pub fn retry(&self, key: &K) -> bool {
        self.0.shared().replay(key, None)
    }

    /// Takes `key` out to be tried again, if what is in quarantine is still of this
    /// [`version`](Quarantined::version). A newer write, which the caller has not seen, is left alone. See
    /// [`retry`](Self::retry).
    pub fn retry_if(&self, key: &K, version: u64) -> bool {
        self.0.shared().replay(key, Some(version))
    }

    /// Puts `value` in the place of what the store refused. It is a write behind like any other, answered at the cache's
    /// own rung. If the cache writes through, it is answered at `Journaled`, or without a journal at `Memory`. `None` if
    /// `key` is not in quarantine, has been written meanwhile, or has writes under way: then nothing is changed.
    ///
    /// # Errors
    ///
    /// As [`Cache::put`]; `Busy` instead of waiting if there is no room, `Refused` if the value is heavier than
    /// `dirty_bytes_max` or too long for the journal.
    ///
    /// # Cancel safety
    ///
    /// The value is there when this function returns. Dropping the operation only drops the answer.
    pub fn edit(&self, key: &K, value: V) -> Op<Option<Receipt>> {
        self.0.shared().edit_quarantined(key, value, None)
    }

    /// Puts `value` in the place of what the store refused, if that is still of this
    /// [`version`](Quarantined::version). See [`edit`](Self::edit).
    ///
    /// # Errors
    ///
    /// As [`edit`](Self::edit).
    ///
    /// # Cancel safety
    ///
    /// As [`edit`](Self::edit).
    pub fn edit_if(&self, key: &K, version: u64, value: V) -> Op<Option<Receipt>> {
        self.0.shared().edit_quarantined(key, value, Some(version))
    }

    /// Gives up what the store refused: `key` has again what the store has, and the next get loads it. A write that
    /// waits behind it ([`Quarantined::waits`]) is not given up: it goes to the store, as with [`retry`](Self::retry).
    /// What is given up may be newer than what the caller has seen; see [`drop_if`](Self::drop_if).
    ///
    /// `false` if `key` is not in quarantine, a write-through of it is under way, or a write waits behind it for which
    /// there is no room among the unstored writes, or in the journal: then nothing is given up.
    ///
    /// With a journal this is noted there and synced soon; a kill before that brings the write back. A receipt of the
    /// write says afterwards that there is nothing left to store.
    pub fn drop(&self, key: &K) -> bool {
        self.0.shared().discard_quarantined(key, None)
    }

    /// Gives up what the store refused, if that is still of this [`version`](Quarantined::version). See
    /// [`drop`](Self::drop).
    pub fn drop_if(&self, key: &K, version: u64) -> bool {
        self.0.shared().discard_quarantined(key, Some(version))
    }

    /// At most `max` writes from a place on, with their values: what a tool saves before it gives them up. The places are
    /// those of [`page`](Self::page). A key that has left the quarantine meanwhile is left out.
    pub fn export(&self, from: u64, max: usize) -> (Vec<QuarantinedWrite<K, V>>, Option<u64>) {
        let (found, next) = self.page(from, max);
        (found.iter().filter_map(|refused| self.show(&refused.key)).collect(), next)
    }
}
