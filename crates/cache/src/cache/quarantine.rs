//! What the store refused: to be looked at, tried again, changed, or given up.

use forebay_store::{Key, Op, Value};

use super::handle::Cache;
use crate::quarantine::{Quarantined, QuarantinedWrite};
use crate::receipt::Receipt;

/// The writes of a cache that its store refused. Each is kept, read like any other value, and in nobody's way.
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
        self.0.shared().cells.iter().map(|cell| cell.lock.read().quarantined()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All keys in it, without their values. It costs as much as there are.
    pub fn list(&self) -> Vec<Quarantined<K>> {
        self.page(0, usize::MAX).0
    }

    /// At most `max` of them from a place on, and the place where the next page begins, if there is one. The first
    /// place is 0; a place means nothing but to this cache. Each shard has them in the order in which they were
    /// refused. A page costs what is on it. Who comes or goes between two pages may be missed; if the key goes with
    /// which the next page begins, others of its shard are seen twice.
    pub fn page(&self, from: u64, max: usize) -> (Vec<Quarantined<K>>, Option<u64>) {
        let shard = usize::try_from(from >> 32).unwrap_or(usize::MAX);
        // The lower half is one more than an entry, so that 0 is none.
        let entry = u32::try_from(from & u64::from(u32::MAX)).unwrap_or(u32::MAX).checked_sub(1);
        let (found, next) = self.0.shared().quarantined_from((shard, entry), max);
        (found, next.map(|(shard, at)| (shard as u64) << 32 | (u64::from(at) + 1)))
    }

    /// One key, with what the store will not take. `None` if it is not in quarantine.
    pub fn show(&self, key: &K) -> Option<QuarantinedWrite<K, V>> {
        self.0.shared().quarantined_write(key)
    }

    /// Takes `key` out to be tried again, before everything else that is unstored. If the store refuses it once more, it
    /// comes back, with one attempt more; a restart before it has answered begins counting again. `false` if it is not in quarantine, a write-through of it is under way, or
    /// there is no room among the unstored writes, or in the journal. What [waits](Quarantined::waits) there goes to the
    /// store for the first time.
    pub fn retry(&self, key: &K) -> bool {
        self.0.shared().replay(key, None)
    }

    /// [`retry`](Self::retry), if what is in quarantine is still of this [`version`](Quarantined::version): of what nobody has looked at
    /// nothing happens.
    pub fn retry_if(&self, key: &K, version: u64) -> bool {
        self.0.shared().replay(key, Some(version))
    }

    /// Puts `value` in the stead of what the store refused. It is a write behind like any other, answered at the cache's
    /// own rung, or at `Journaled` (without a journal `Memory`) if that writes through. `None` if `key` is not in
    /// quarantine, has been written meanwhile, or has writes under way: then nothing is changed.
    ///
    /// # Errors
    ///
    /// As [`Cache::put`]; `Busy` instead of waiting if there is no room, `Refused` if the value is heavier than
    /// `dirty_bytes_max` or too long for the journal.
    ///
    /// # Cancel safety
    ///
    /// It is done when this returns; what is dropped is the answer.
    pub fn edit(&self, key: &K, value: V) -> Op<Option<Receipt>> {
        self.0.shared().edit_quarantined(key, value, None)
    }

    /// [`edit`](Self::edit), if what is in quarantine is still of this [`version`](Quarantined::version).
    ///
    /// # Errors
    ///
    /// As `edit`.
    pub fn edit_if(&self, key: &K, version: u64, value: V) -> Op<Option<Receipt>> {
        self.0.shared().edit_quarantined(key, value, Some(version))
    }

    /// Gives up what the store refused: `key` has again what the store has, and the next get loads it. What waits behind what was
    /// refused ([`Quarantined::waits`]) is not given up: it goes to the store, as with [`retry`](Self::retry). `false` if `key` is not in
    /// quarantine, or a write-through of it is under way. It takes what is there, which may be newer than what
    /// was looked at; see [`drop_if`](Self::drop_if).
    ///
    /// With a journal it is noted there and synced soon; a kill before that brings it back. A receipt of the write that
    /// is asked afterwards says that there is nothing left to store.
    pub fn drop(&self, key: &K) -> bool {
        self.0.shared().discard_quarantined(key, None)
    }

    /// [`drop`](Self::drop), if what is in quarantine is still of this [`version`](Quarantined::version).
    pub fn drop_if(&self, key: &K, version: u64) -> bool {
        self.0.shared().discard_quarantined(key, Some(version))
    }

    /// At most `max` writes from a place on, with their values, as [`page`](Self::page): what a tool saves before it
    /// gives them up. Who has left the quarantine meanwhile is left out.
    pub fn export(&self, from: u64, max: usize) -> (Vec<QuarantinedWrite<K, V>>, Option<u64>) {
        let (found, next) = self.page(from, max);
        (found.iter().filter_map(|refused| self.show(&refused.key)).collect(), next)
    }
}
