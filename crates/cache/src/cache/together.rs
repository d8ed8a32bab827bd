//! Writing several keys of a cache together.

use forebay_store::{Key, Op, Result, Value};

use super::handle::Cache;
use crate::engine::Transaction;
use crate::group::Group;
use crate::write::{Transacted, Write};

impl<K: Key, V: Value> Cache<K, V> {
    /// Begins a group of writes that are accepted together, if what is expected holds.
    pub fn group(&self) -> Group<K, V> {
        Group::new(self.clone())
    }

    /// Runs a closure that sees some keys and writes some, atomically for all of them. If it fails, nothing is written.
    /// If `how` is a rung, the writes go behind and are answered at that rung; else it is [`Write::Through`] or
    /// [`Write::Around`].
    ///
    /// The closure works on copies outside every lock and may run more than once; the last run counts. What memory does
    /// not know is loaded between two runs, so the closure must hand on the errors of [`get`](Transaction::get). What a
    /// run sees is of one moment only if that run counts.
    ///
    /// # What it promises
    ///
    /// - All writes become visible together, in the moment in which everything that the closure has seen still holds.
    ///   A reader that has seen one of them sees all of them from then on. A reader of one key before that moment and of
    ///   another one after it sees the one old and the other one new, even in one `get_many`. A transaction that only
    ///   reads sees the keys as of one moment.
    /// - With a journal they are one frame of it: after a kill or a power cut all of them are there, or none.
    /// - At a rung they go behind, also in a cache that writes through. Each goes to the store in its own time, and a value
    ///   that the store refuses goes into quarantine alone. With `Durability::Stored` the answer waits until the
    ///   store has all of them. **Without a journal** a kill in between leaves a part of them in the store.
    ///   Room is there for all of them before any is accepted.
    /// - With `Write::Through` they are one batch of a store that takes a batch as a whole or not at all
    ///   ([`atomic_batch`](forebay_store::Capabilities::atomic_batch)): they are visible when it has them, refused
    ///   together if it refuses one, and a kill leaves all of them or none. What is older of their keys and not stored goes
    ///   first; what is written behind meanwhile goes after them. `Write::Around` is the same and leaves no copies.
    ///
    /// # Errors
    ///
    /// Before it is accepted:
    ///
    /// - What the closure says; `Aborted` if it panics. What a load says.
    /// - `Refused` if all writes together can never have room among the unstored, in a frame of the journal or, through, in
    ///   one batch; and beyond [`KEYS_MAX`](Transaction::KEYS_MAX).
    /// - `Busy` if there is no room, at once or after as long as it may wait. `Busy` as well if other writes have kept
    ///   changing what the closure had seen, or have kept unstored the keys that it writes through.
    /// - `Unsupported` for a rung that needs a journal, for `Write::Uncoalesced`, through over a store that takes no batch
    ///   as a whole, and for writes while the cache is read-only.
    /// - `Unavailable` if it writes a key in quarantine behind which later writes [wait](crate::WhenRefused::Queue).
    /// - Through: what the store says, and `Unavailable` if something older of its keys cannot be stored now, or nothing is
    ///   sent to the store.
    ///
    /// In all these cases nothing was written, unless it is `Unknown` or `Aborted`, as with a single write through.
    ///
    /// If a rung is not reached, the writes are accepted nevertheless, as a single write is. The error is then that of the
    /// [`Receipt`](crate::Receipt). At `Durability::Stored` it is `Unknown`, names the first key that is not stored, and
    /// has a [`NotStored`](crate::NotStored) among its causes.
    ///
    /// # Cancel safety
    ///
    /// If it is dropped before it is accepted, nothing is written; at any other point it may have been. A transaction
    /// through is accepted when it goes to the store, or waits for a place there.
    ///
    /// ```
    /// use forebay_cache::{Cache, Settings};
    /// use forebay_store::{Durability, Error, MemoryStore};
    ///
    /// let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
    /// cache.put("alice", 5).wait()?;
    /// let pay = cache.transact(
    ///     |transaction| {
    ///         let alice = transaction.get(&"alice")?.unwrap_or(0);
    ///         let bob = transaction.get(&"bob")?.unwrap_or(0);
    ///         if alice < 3 {
    ///             return Err(Error::refused("too little"));
    ///         }
    ///         transaction.put("alice", alice - 3)?;
    ///         transaction.put("bob", bob + 3)
    ///     },
    ///     Durability::Memory,
    /// );
    /// assert_eq!(pay.wait()?.receipts.len(), 2);
    /// assert_eq!((cache.peek(&"alice"), cache.peek(&"bob")), (Some(2), Some(3)));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn transact<R: Send + 'static>(
        &self,
        closure: impl FnMut(&mut Transaction<K, V>) -> Result<R> + Send + 'static,
        how: impl Into<Write>,
    ) -> Op<Transacted<R>> {
        self.shared().transact(closure, how.into(), self.whose())
    }
}
