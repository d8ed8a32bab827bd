//! What a user holds of a cache, and what is left when nobody holds it any more.

use std::fmt;
use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{IntoStore, Key, Value};

use crate::builder::Builder;
use crate::engine::{Account, Cells, Shared};

/// Bounded memory in front of a backing store.
///
/// It is cheap to clone; all clones are one cache. Every operation returns an [`Op`](forebay_store::Op): ready at once
/// when memory is enough for the answer, otherwise to be `.await`ed on any executor or `.wait()`ed
/// for on a plain thread.
///
/// What was acknowledged is read by every later read (G2), reaches the store in the order of its
/// key (G3), and leaves the dirty set only when it is stored, superseded or in quarantine (G4).
///
/// # Dropping
///
/// [`close`](Self::close) it. When the last clone is dropped without, what is dirty goes on being
/// stored in the background for as long as the process lives, and no caller is told how that ended.
pub struct Cache<K: Key, V: Value> {
    handle: Arc<Handle<K, V>>,
    /// The account of the writes that are made with it.
    account: Account,
}

/// What the clones share; dropped with the last of them, while the engine may have work left.
struct Handle<K: Key, V: Value> {
    /// The same as the engine's, one step nearer.
    cells: Cells<K, V>,
    shared: Arc<Shared<K, V>>,
}

impl<K: Key, V: Value> Cache<K, V> {
    /// Begins to open a cache over `store`: a blocking store, an async store, a wrapper around
    /// one, or another cache.
    pub fn builder<Kind>(store: impl IntoStore<K, V, Kind> + Send + 'static) -> Builder<K, V> {
        Builder::new(store)
    }

    pub(crate) fn of(shared: Arc<Shared<K, V>>) -> Self {
        let handle = Arc::new(Handle { cells: shared.cells.clone(), shared });
        Self { handle, account: Account::default() }
    }

    /// A handle of this cache with an account of its own. Its writes, and those of its clones, wait for room
    /// behind each other only, and not behind those of other accounts.
    ///
    /// Give one to each user that is not to suffer from the others: a connection, a tenant, a bulk import. All
    /// handles without one share one account. 1,023 are told apart; later ones share with earlier ones.
    ///
    /// While more than half of the room for unstored writes is taken, an account waits if it has lately taken more than
    /// twice as much as the others did on average. So there is room for the others. At the bound all accounts wait, and
    /// have their turns one after the other.
    ///
    /// ```
    /// use forebay_cache::{Cache, Settings};
    /// use forebay_store::MemoryStore;
    ///
    /// let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
    /// let import = cache.account();
    /// for key in 0..1000 {
    ///     import.put(key, 0).wait()?; // when room is scarce, it waits for the others
    /// }
    /// cache.put(7, 1).wait()?;
    /// assert_eq!(import.peek(&7), Some(1));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    #[must_use]
    pub fn account(&self) -> Self {
        Self { handle: Arc::clone(&self.handle), account: self.shared().budget.account() }
    }

    pub(crate) fn whose(&self) -> Account {
        self.account
    }

    pub(crate) fn shared(&self) -> &Arc<Shared<K, V>> {
        &self.handle.shared
    }

    #[inline]
    pub(super) fn cells(&self) -> &Cells<K, V> {
        &self.handle.cells
    }
}

impl<K: Key, V: Value> Clone for Cache<K, V> {
    fn clone(&self) -> Self {
        Self { handle: Arc::clone(&self.handle), account: self.account }
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
        self.shared.is_handleless.store(true, Ordering::SeqCst);
        self.shared.orphan();
        // What was stored is to be noted, so that it is not stored once more.
        self.shared.sync_soon();
    }
}
