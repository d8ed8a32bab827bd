//! What users have of an object.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::{ByteSize, Op, Result};

use super::guard::Guard;
use super::pinned::Pinned;
use super::weak::WeakHandle;
use crate::hint::Hint;
use crate::key::Key;
use crate::object::Object;
use crate::pool::Pool;
use crate::slot::Slot;

/// An object of a pool: its value is in memory, or in the pool's medium. One pointer, cheap to clone; an
/// object whose last handle is dropped is freed, in memory and in the medium.
///
/// Whatever fails, the object stays: a value in memory until it is saved, a blob until it is read.
pub struct Handle<T: Object> {
    pub(super) slot: Arc<Slot<T>>,
}

impl<T: Object> Handle<T> {
    /// The handle that a slot was made with, or was counted up for.
    pub(crate) fn of(slot: Arc<Slot<T>>) -> Self {
        Self { slot }
    }

    pub(crate) fn slot(&self) -> &Arc<Slot<T>> {
        &self.slot
    }

    /// The value, from memory or from the medium. What is in memory is there at once, with no
    /// allocation and no wait, also while it is being written. Otherwise the load begins when this is
    /// polled, or the thread that waits does it. All callers that wait for one object share one load.
    ///
    /// # Errors
    ///
    /// `Unavailable` if the medium cannot read now, `Corrupt` if a check of the blob fails, `Busy` if
    /// there is no room in time or another caller changes the value for longer than the pool's patience,
    /// `Closed`. After each of these the object is what it was, and may be asked for again.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation cancels nothing that other callers wait for. A read that has begun is finished.
    ///
    /// ```
    /// use forebay_pool::{ByteSize, PlainMemory, Pool};
    ///
    /// let pool = Pool::builder().memory(ByteSize::mib(1)).spill(PlainMemory::default()).build()?;
    /// let handle = pool.insert(vec![7u8; 1000]).wait()?;
    /// assert!(handle.evict().wait()?);
    /// assert!(!handle.is_resident());
    /// assert_eq!(handle.get().wait()?[999], 7);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    #[inline]
    pub fn get(&self) -> Op<Guard<T>> {
        self.slot.get()
    }

    /// The value, if it is in memory and no caller is changing it. It never waits.
    #[inline]
    pub fn try_get(&self) -> Option<Guard<T>> {
        self.slot.hit()
    }

    /// The value, on a thread that may block: the same as `get().wait()`.
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get).
    #[inline]
    pub fn get_blocking(&self) -> Result<Guard<T>> {
        // A hit is no operation that somebody could wait for.
        self.slot.hit().map_or_else(|| self.get().wait(), Ok)
    }

    /// The value, if it is there within `limit`. A load that has begun goes on after that.
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get).
    pub fn get_timeout(&self, limit: Duration) -> Result<Option<Guard<T>>> {
        match self.get().wait_timeout(limit) {
            Ok(result) => result.map(Some),
            Err(_still_under_way) => Ok(None),
        }
    }

    /// Writes the newest version to the medium, if it is not there. The value stays in memory, and is
    /// readable all the time. It begins when this is polled, or the thread that waits does it.
    ///
    /// # Errors
    ///
    /// `Busy` if the medium is full, `Unavailable` if it fails, `Refused` if the codec or the medium
    /// refuses this object or the codec panics, `Unsupported` without a medium. The value stays.
    ///
    /// # Cancel safety
    ///
    /// Nothing happens before it is polled or waited for. After that, dropping the operation does not stop the write.
    pub fn write_now(&self) -> Op<()> {
        self.slot.save_now()
    }

    /// Lets the value leave memory, after writing it if need be. `false`: it stays, because a guard is out or it is
    /// pinned. It begins when this is polled, or the thread that waits does it.
    ///
    /// The thread that does it drops the value, and that may be the caller's: hold no lock that a `Drop` or a
    /// codec of yours takes.
    ///
    /// # Errors
    ///
    /// Those of [`write_now`](Self::write_now).
    ///
    /// # Cancel safety
    ///
    /// Nothing happens before it is polled or waited for. After that, the value may leave memory although the operation
    /// is dropped.
    pub fn evict(&self) -> Op<bool> {
        self.slot.evict_now()
    }

    /// Loads the value, and keeps it in memory until the answer is dropped.
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get).
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation pins nothing. A read that has begun is finished.
    pub fn pin(&self) -> Op<Pinned<T>> {
        let slot = Arc::clone(&self.slot);
        self.get().map(move |guard| guard.map(|_guard| Pinned::of(slot)))
    }

    /// Asks for it to be loaded soon, if there is room without waiting. If too much is asked for at once, the oldest
    /// requests are forgotten. Errors are not reported.
    pub fn prefetch(&self) {
        self.slot.prefetch();
    }

    /// Tells the pool what is known of the object's next use. After [`Hint::Once`] it is the first to leave memory when
    /// it has been used once more.
    pub fn hint(&self, hint: Hint) {
        self.slot.hint(hint);
    }

    /// Names the object, so that errors can say which one is in the way.
    pub fn label(&self, label: impl Into<Arc<str>>) {
        self.slot.label(label.into());
    }

    /// The key of the value that is there now. Each change gives it a new one.
    pub fn key(&self) -> Key {
        self.slot.key()
    }

    /// The pool that it is in.
    pub fn pool(&self) -> Pool {
        Pool::of(Arc::clone(&self.slot.pool))
    }

    /// A handle that does not keep the object.
    pub fn downgrade(&self) -> WeakHandle<T> {
        WeakHandle::of(&self.slot)
    }

    /// Whether both are handles of one object.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.slot, &other.slot)
    }

    /// Whether the value is in memory now.
    pub fn is_resident(&self) -> bool {
        self.slot.is_resident()
    }

    /// Whether there is a blob of the newest version now.
    pub fn is_saved(&self) -> bool {
        self.slot.is_saved()
    }

    /// What it weighs, or weighed when it was in memory last.
    pub fn bytes(&self) -> ByteSize {
        self.slot.bytes()
    }
}

impl<T: Object> Clone for Handle<T> {
    fn clone(&self) -> Self {
        self.slot.join();
        Self { slot: Arc::clone(&self.slot) }
    }
}

impl<T: Object> Drop for Handle<T> {
    fn drop(&mut self) {
        self.slot.leave();
    }
}

impl<T: Object> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.slot).finish()
    }
}
