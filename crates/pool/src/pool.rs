//! The pool, as its users see it.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{ByteSize, Op};

use crate::budget::Room;
use crate::builder::Builder;
use crate::error::Rejected;
use crate::handle::{self, Guard, Handle, Offer, Reserving};
use crate::inner::Inner;
use crate::many::{self, CloseReport, Scan};
use crate::object::Object;
use crate::stats::Stats;

/// Large values behind handles, in a bounded memory. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pool {
    inner: Arc<Inner>,
}

impl Pool {
    /// A pool is built with [`Builder::memory`] at least.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Makes `value` an object. It waits for room as [`Builder::when_full`] says; an error gives the value
    /// back. To bound memory strictly [`reserve`](Self::reserve) first, and make the value then.
    ///
    /// Other values may be evicted, and dropped, on this thread: hold no lock that a `Drop` or a codec
    /// of yours takes.
    ///
    /// # Errors
    ///
    /// `Busy` if there is no room in time, or too many objects; `Refused` for a value that is larger
    /// than the budget, or whose `heap_bytes` panics; `Closed`.
    ///
    /// ```
    /// use forebay_pool::{ByteSize, Pool};
    ///
    /// let pool = Pool::builder().memory(ByteSize::mib(1)).build()?;
    /// let handle = pool.insert(vec![1u8, 2, 3]).wait()?;
    /// assert_eq!(*handle.get().wait()?, [1, 2, 3]);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn insert<T: Object>(&self, value: T) -> Offer<T, Handle<T>> {
        handle::insert(&self.inner, value)
    }

    /// Makes `value` an object if there is room for it now, after one attempt to evict.
    ///
    /// # Errors
    ///
    /// Those of [`insert`](Self::insert), with the value.
    pub fn try_insert<T: Object>(&self, value: T) -> Result<Handle<T>, Rejected<T>> {
        handle::try_insert(&self.inner, value)
    }

    /// Makes `value` an object in room that was [reserved](Self::reserve): it cannot fail for want of
    /// room. A value that is a little heavier is taken, too; what is left of the room is given back.
    ///
    /// # Errors
    ///
    /// `Busy` if the value is heavier than the room and there is no more; `Invalid` for a room of another
    /// pool; `Closed`.
    pub fn insert_into<T: Object>(&self, room: Room, value: T) -> Result<Handle<T>, Rejected<T>> {
        handle::insert_into(&self.inner, room, value)
    }

    /// Takes room for the caller's own memory, or for an object to come. Dropping it gives it back.
    ///
    /// # Errors
    ///
    /// `Busy` if there is no room in time, `Refused` for more than the budget, `Closed`.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation gives up its place in the line.
    ///
    /// ```
    /// use forebay_pool::{ByteSize, Pool};
    ///
    /// let pool = Pool::builder().memory(ByteSize::mib(1)).build()?;
    /// let room = pool.reserve(ByteSize::kib(64)).wait()?;
    /// let handle = pool.insert_into(room, vec![0u8; 65_000])?;
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn reserve(&self, bytes: ByteSize) -> Op<Room> {
        Reserving::begin(&self.inner, bytes.as_bytes())
    }

    /// Sets another bound. It is answered when the bound holds: at once if it is not smaller than what is taken, else
    /// when enough was evicted. After the patience of [`Builder::when_full`] it is `Busy`, and the new
    /// bound stays nevertheless.
    ///
    /// Callers that wait for more room than the new bound allows are `Refused`. What is in the medium can be read
    /// under any bound.
    ///
    /// # Errors
    ///
    /// `Busy` if it does not hold in time; `Invalid` for less than twice what the pool itself needs, and
    /// nothing changes; `Closed`.
    ///
    /// # Cancel safety
    ///
    /// The new bound is set when this function returns. Dropping the operation only stops the waiting.
    ///
    /// ```
    /// use forebay_pool::{ByteSize, Pool};
    ///
    /// let pool = Pool::builder().memory(ByteSize::mib(2)).build()?;
    /// pool.set_memory(ByteSize::mib(1)).wait()?;
    /// assert_eq!(pool.stats().budget, ByteSize::mib(1));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn set_memory(&self, memory: ByteSize) -> Op<()> {
        self.inner.ledger.set_budget(memory.as_bytes())
    }

    /// Guards of all these objects at once, in this order, or of none. While it waits for room it holds nothing, so
    /// that two callers that want the same objects do not stop each other.
    ///
    /// # Errors
    ///
    /// `Refused` if together they are larger than the budget. Those of [`Handle::get`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation lets go of all guards. A read that has begun is finished.
    pub fn get_many<T: Object>(&self, handles: &[Handle<T>]) -> Op<Vec<Guard<T>>> {
        many::get_many(&self.inner, handles)
    }

    /// Gives the objects one after the other, and reads ahead those that come next.
    ///
    /// ```
    /// use forebay_pool::{ByteSize, PlainMemory, Pool};
    ///
    /// let pool = Pool::builder().memory(ByteSize::mib(1)).spill(PlainMemory::default()).build()?;
    /// let tiles: Result<Vec<_>, _> = (0..4u8).map(|n| pool.try_insert(vec![n; 1000])).collect();
    /// let (mut scan, mut sum) = (pool.scan(tiles?).ahead(ByteSize::kib(64)), 0);
    /// while let Some(tile) = scan.next().wait()? {
    ///     sum += usize::from(tile[0]) * tile.len();
    /// }
    /// assert_eq!(sum, 6000);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn scan<T: Object>(&self, handles: Vec<Handle<T>>) -> Scan<T> {
        Scan::of(&self.inner, handles)
    }

    /// Writes everything that has no blob when this is first polled or waited for: one honest attempt each.
    ///
    /// # Errors
    ///
    /// The first error of a write; the other objects are tried nevertheless.
    ///
    /// # Cancel safety
    ///
    /// Nothing happens before it is polled or waited for. After that, dropping the operation only stops the waiting.
    pub fn flush(&self) -> Op<()> {
        many::flush(&self.inner)
    }

    /// Ends the pool: refuses new work, lets the work under way end until `deadline`, and frees all blobs. What
    /// is in memory stays readable. What is not in memory is lost, as spilled objects do not outlive their pool. What
    /// archives are still writing at the deadline ends as `Closed`.
    ///
    /// # Errors
    ///
    /// `Closed` if it is closed already.
    ///
    /// # Cancel safety
    ///
    /// The pool refuses new work when this function returns. Dropping the operation loses only the report.
    pub fn close(&self, deadline: Duration) -> Op<CloseReport> {
        many::close(&self.inner, deadline)
    }

    /// Waits until no read, write or free is under way or queued. `Busy` if 1,024 callers wait for that already.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn idle(&self) -> Op<()> {
        self.inner.lanes.idle()
    }

    /// The pool in numbers. It looks at each object, which takes about 100 ns each.
    pub fn stats(&self) -> Stats {
        self.inner.stats()
    }

    pub(crate) fn of(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }
}
