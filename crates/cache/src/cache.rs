//! The cache as its users hold it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forebay_journal::{LossBound, Recovery};
use forebay_store::sync::atomic::Ordering;
use forebay_store::{Cursor, Done, IntoStore, Key, Op, Page, Result, SharedStore, Value};

use crate::builder::Builder;
use crate::engine::{Joint, Shared};
use crate::explanation::Explanation;
use crate::quarantine::Quarantined;
use crate::receipt::Receipt;
use crate::report::CloseReport;
use crate::stats::Stats;
use crate::write::{Change, Modified, Write};
use forebay_store::ByteSize;

/// Bounded memory in front of a backing store.
///
/// It is cheap to clone; all clones are one cache. Every operation returns an [`Op`]: ready at once
/// when memory is enough for the answer, otherwise to be `.await`ed on any executor or `.wait()`ed
/// for on a plain thread.
///
/// What was acknowledged is read by every later read (G2), reaches the store in the order of its
/// key (G3), and leaves the dirty set only when it is stored, superseded or in quarantine (G4).
///
/// # Dropping
///
/// [`close`](Self::close) it. When the last clone is dropped without, what is dirty goes on being
/// stored in the background for as long as the process lives, and nobody is told how that ended.
pub struct Cache<K: Key, V: Value>(Arc<Handle<K, V>>);

/// What the clones share; dropped with the last of them, while the engine may have work left.
struct Handle<K: Key, V: Value>(Arc<Shared<K, V>>);

impl<K: Key, V: Value> Cache<K, V> {
    /// Begins to open a cache over `store`: a blocking store, an async store, a wrapper around
    /// one, or another cache.
    pub fn builder<Kind>(store: impl IntoStore<K, V, Kind> + Send + 'static) -> Builder<K, V> {
        Builder::new(store)
    }

    pub(crate) fn of(shared: Arc<Shared<K, V>>) -> Self {
        Self(Arc::new(Handle(shared)))
    }

    pub(crate) fn shared(&self) -> &Arc<Shared<K, V>> {
        &self.0.0
    }

    /// The value of `key`: from memory at once, else by a load that everybody who asks meanwhile
    /// shares. A hit does no I/O, allocates nothing and is ready at once.
    ///
    /// # Errors
    ///
    /// What the store's load says; absence is not an error. `Busy` if too many callers wait for
    /// loads.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation leaves the load to those who share it.
    pub fn get(&self, key: &K) -> Op<Option<V>> {
        self.shared().get(key)
    }

    /// The values of many keys, in their order.
    ///
    /// # Errors
    ///
    /// The first error of any of them.
    pub fn get_many(&self, keys: &[K]) -> Op<Vec<Option<V>>> {
        self.shared().get_many(keys)
    }

    /// The value of `key` if memory has it; never a load.
    pub fn peek(&self, key: &K) -> Option<V> {
        self.shared().peek(key)
    }

    /// Whether memory has a value for `key`.
    pub fn is_resident(&self, key: &K) -> bool {
        self.peek(key).is_some()
    }

    /// Makes `value` the value of `key`, in the way the cache was opened for.
    ///
    /// # Errors
    ///
    /// Written through: what the store said; the value before stays. `Unknown` means that nobody
    /// knows, and memory holds neither value. Written behind: `Busy` at the bound on unstored
    /// writes if so configured. `Closed` after a close.
    ///
    /// # Cancel safety
    ///
    /// A put that is dropped while it waits for room is not accepted; at any other point it may
    /// have been.
    pub fn put(&self, key: K, value: V) -> Op<Receipt> {
        self.shared().put(key, value, self.shared().parts.write)
    }

    /// [`put`](Self::put) in a way of its own.
    ///
    /// # Errors
    ///
    /// As `put`; `Unsupported` for a rung that needs a journal.
    pub fn put_with(&self, key: K, value: V, write: Write) -> Op<Receipt> {
        self.shared().put(key, value, write)
    }

    /// Begins writes that are accepted together with what others write in the same frame of a journal that
    /// they share.
    ///
    /// # Errors
    ///
    /// `Unsupported` if the cache has no journal.
    pub fn joint(&self) -> Result<Joint<K, V>> {
        Joint::new(self.shared())
    }

    /// Makes `key` absent, whether memory holds it or not. A delete is a write (G9): it goes to
    /// the store in the key's order, and the key does not come back.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn delete(&self, key: K) -> Op<Receipt> {
        self.shared().delete(key, self.shared().parts.write)
    }

    /// [`delete`](Self::delete) in a way of its own.
    ///
    /// # Errors
    ///
    /// As [`put_with`](Self::put_with).
    pub fn delete_with(&self, key: K, write: Write) -> Op<Receipt> {
        self.shared().delete(key, write)
    }

    /// Changes the value of `key` in place, atomically for that key. `None` if it is absent.
    ///
    /// The closure works on a copy outside every lock and may run more than once; the last run
    /// counts.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get) and [`put`](Self::put). `Aborted` if the closure panics; nothing is
    /// changed then.
    pub fn update(
        &self,
        key: &K,
        mut update: impl FnMut(&mut V) + Send + 'static,
    ) -> Op<Option<Receipt>> {
        let (done, op) = Op::pending();
        let change = move |value: Option<&V>| match value {
            Some(value) => {
                let mut value = value.clone();
                update(&mut value);
                (Change::Put(value), ())
            }
            None => (Change::Keep, ()),
        };
        let receipt = |result: Result<Modified<()>>| result.map(|modified| modified.receipt);
        self.modify(key.clone(), change).forward(Done::mapped(done, receipt));
        op
    }

    /// Computes from the value of `key`, or its absence, what to make of it, atomically for that
    /// key. The closure may run more than once; the last run counts.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    pub fn modify<R: Send + 'static>(
        &self,
        key: K,
        modify: impl FnMut(Option<&V>) -> (Change<V>, R) + Send + 'static,
    ) -> Op<Modified<R>> {
        self.shared().modify(key, modify, self.shared().parts.write)
    }

    /// [`modify`](Self::modify) in a way of its own.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update) and [`put_with`](Self::put_with).
    pub fn modify_with<R: Send + 'static>(
        &self,
        key: K,
        modify: impl FnMut(Option<&V>) -> (Change<V>, R) + Send + 'static,
        write: Write,
    ) -> Op<Modified<R>> {
        self.shared().modify(key, modify, write)
    }

    /// Forgets the memory copy of `key`, because the store was changed behind the cache's back. A
    /// load under way does not bring an older value back (G6). `false` if there was no copy, or
    /// its value is not stored yet and therefore kept (G5).
    pub fn invalidate(&self, key: &K) -> bool {
        let shared = self.shared();
        let hash = shared.hash(key);
        let forgotten = shared.step(shared.place(hash), |shard, effects| {
            shard.find(hash, key).is_some_and(|at| shard.invalidate(at, effects))
        });
        // What the journal says of the key is to be as new as what the caller knows.
        shared.sync_soon();
        forgotten
    }

    /// Deletes every key, in the store too, and says how many there were. Writes that come
    /// meanwhile may or may not survive it. The store must offer scans.
    ///
    /// # Errors
    ///
    /// What a scan or a delete says; some keys may be deleted by then.
    pub fn clear(&self) -> Op<u64> {
        self.shared().clear()
    }

    /// Waits until everything accepted until now is stored.
    ///
    /// # Errors
    ///
    /// If some write is not: after one more attempt at each, with how many and the first cause.
    /// They stay dirty and are tried again in their own time, or are in quarantine.
    pub fn flush(&self) -> Op<()> {
        self.shared().flush()
    }

    /// Waits until every write behind that was accepted until now is in the journal and on the device,
    /// whatever rung it was acknowledged at. Everybody who waits shares a sync.
    ///
    /// # Errors
    ///
    /// `Unsupported` if the cache has no journal. What the journal says if it fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn sync(&self) -> Op<()> {
        self.shared().sync()
    }

    /// Stores what was first dirtied at least `age` ago, and says how many keys that were. While
    /// the store fails it waits.
    ///
    /// # Errors
    ///
    /// `Refused` if one of them went into quarantine.
    pub fn flush_older_than(&self, age: Duration) -> Op<u64> {
        self.shared().flush_older_than(age)
    }

    /// Flushes if at least `threshold` keys are dirty, and says how many were; else 0.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush).
    pub fn flush_if_needed(&self, threshold: usize) -> Op<u64> {
        self.shared().flush_if_needed(threshold)
    }

    /// Takes the caller's word that the store has the value of `key` as it is in memory. `false`
    /// if it is not dirty, in quarantine, or something of its key is under way. A write that waits to be
    /// tried again is dirty.
    ///
    /// With a journal it is noted there and synced soon: a kill or a power cut before that forgets it, and
    /// the next cache over the journal stores what it has, be it an older value. The next write that is
    /// acknowledged at `Stored` says that it is synced, and so does a close whose journal has not failed.
    pub fn mark_clean(&self, key: &K) -> bool {
        let shared = self.shared();
        let hash = shared.hash(key);
        let absence = shared.absence();
        let marked = shared.step(shared.place(hash), |shard, effects| {
            shard.find(hash, key).is_some_and(|at| shard.mark_clean(at, absence, effects))
        });
        shared.sync_soon();
        shared.drained();
        marked
    }

    /// Whether the newest write of `key` is not stored yet.
    pub fn is_dirty(&self, key: &K) -> bool {
        self.shared().is_dirty(key)
    }

    /// Keys whose newest write is not stored yet, the longest dirty first. Goes through all
    /// entries: for tools, not for hot paths.
    pub fn dirty_keys(&self) -> Vec<K> {
        self.shared().dirty_keys()
    }

    /// How many keys that are.
    pub fn dirty_count(&self) -> usize {
        self.shared().unstored()
    }

    /// Entries in memory.
    pub fn len(&self) -> usize {
        self.shared().cells.iter().map(|cell| cell.lock.read().len()).sum()
    }

    /// Whether memory holds no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes may be resident.
    pub fn capacity(&self) -> ByteSize {
        ByteSize::bytes(self.shared().parts.capacity)
    }

    /// The cache in numbers.
    pub fn stats(&self) -> Stats {
        self.shared().stats()
    }

    /// What was found in the journal when the cache was opened: whether it had been closed in order, and
    /// whether its end was torn. `None` without a journal. How many writes became dirty again is
    /// [`Stats::restored`].
    ///
    /// A torn end is what a power cut leaves of frames that no sync had made durable: nobody was told that
    /// they are `Synced`, so it is no error.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.shared().journal().map(|journal| &journal.recovery)
    }

    /// What would be lost at most, of writes that were accepted, if the process were killed now or the
    /// power failed. It is asked of the journal and costs one lock.
    ///
    /// Every write that is not on its rung counts, also those whose callers wait for it, and what the
    /// journal notes for itself. Without a journal it is everything that is not stored.
    ///
    /// ```
    /// use forebay_cache::{Cache, Settings};
    /// use forebay_store::MemoryStore;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// let cache = Cache::builder(MemoryStore::new())
    ///     .write_behind(Settings::default())
    ///     .journal(folder.path().join("journal"))
    ///     .open()
    ///     .wait()?;
    /// let receipt = cache.put("ada".to_owned(), 36).wait()?; // acknowledged at `Journaled`
    /// assert_eq!(cache.loss_bound().killed.records, 0);
    /// receipt.synced().wait()?;
    /// assert_eq!(cache.loss_bound().power_cut.records, 0);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn loss_bound(&self) -> LossBound {
        self.shared().loss_bound()
    }

    /// How one key stands.
    pub fn explain(&self, key: &K) -> Explanation {
        self.shared().explain(key)
    }

    /// The backing store. What is changed in it directly is not noticed: see
    /// [`invalidate`](Self::invalidate). After a clean close it is one that answers `Closed`.
    pub fn store(&self) -> SharedStore<K, V> {
        self.shared().store()
    }

    /// The writes that the store refused, with what it said. They are still read.
    pub fn quarantined(&self) -> Vec<Quarantined<K>> {
        self.shared().quarantined()
    }

    /// Takes `key` out of quarantine to be tried again. `false` if it is not in it, or there is no
    /// room among the unstored writes.
    pub fn replay(&self, key: &K) -> bool {
        self.shared().replay(key)
    }

    /// One page of all entries: at most `limit` from the store, and with the first page what could
    /// not be stored. The first page flushes; all show what memory knows better than the store. A
    /// key is seen twice only if its newest write is not stored. A page comes from the store, so it may
    /// show a write-through that is under way, which gets do not show yet.
    ///
    /// # Errors
    ///
    /// What the store's scan says; `Unsupported` if it has none.
    pub fn scan(&self, cursor: Option<Cursor>, limit: usize) -> Op<Page<K, V>> {
        self.shared().scan(cursor, limit)
    }

    /// How many keys there are, expired ones that the store still has included. Flushes first, so
    /// it fails while a write cannot be stored or is in quarantine.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush), or what the store's count says.
    pub fn count(&self) -> Op<u64> {
        self.shared().count()
    }

    /// Refuses everything new, stores what is dirty for at most `deadline`, and reports (G12).
    ///
    /// Writers who wait for room are answered `Closed`. It may be called again to go on. After a
    /// clean report the cache holds the store no more, so it can be opened again at once.
    ///
    /// The deadline is kept even if the store is in the middle of a call: nobody knows how long that takes.
    /// So after a report that is not clean such a call has the store, and the journal, until it is back:
    /// who opens them again in the same process is told `Unavailable` until then, and tries again. A process
    /// that ends leaves nobody behind who has them.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation leaves the cache closing, without a report.
    pub fn close(&self, deadline: Duration) -> Op<CloseReport> {
        self.shared().close(deadline)
    }
}

impl<K: Key, V: Value> Clone for Cache<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Key, V: Value> fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("capacity", &self.capacity())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

impl<K: Key, V: Value> Drop for Handle<K, V> {
    fn drop(&mut self) {
        self.0.is_handleless.store(true, Ordering::SeqCst);
        self.0.orphan();
        // What was stored is to be noted, so that it is not stored once more.
        self.0.sync_soon();
    }
}
