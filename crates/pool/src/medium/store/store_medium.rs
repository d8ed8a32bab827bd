//! The medium itself.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use forebay_store::sync::Mutex;
use forebay_store::{
    Batch, BatchId, Error, ErrorKind, IntoStore, Op, Outcome, Quota, Result, Seams, SharedStore,
    WriteOp,
};

use super::begun::Begun;
use super::debts::Debts;
use crate::blob::HEAD;
use crate::budget::Room;
use crate::medium::{Account, Medium, MediumTraits, Place, Reading, Usage, Writing};

/// Blobs in a backing store, each as a whole under a number of its own: for many small objects in an
/// embedded database, or for an object storage.
///
/// A put whose outcome is unknown is deleted again, later and once. In a store where it may land after that, as
/// in an object storage, the blob then stays there and takes room that is not counted; no other blob ever has its key.
///
/// A blob is in memory as a whole while it is written, which counts in the pool's budget beside its value, and
/// while it is read; a store may have a copy of its own meanwhile. What a store says that it
/// [keeps in memory](forebay_store::Capabilities::memory_bytes) counts from the beginning on, and what it
/// [may take](forebay_store::Capabilities::quota) is the medium's quota.
///
/// The store must be this medium's alone. What a process that died has left in it is not removed: use a
/// store that is emptied when it is opened.
///
/// ```
/// use bytes::Bytes;
/// use forebay_pool::{ByteSize, Pool, StoreMedium};
/// use forebay_store::MemoryStore;
///
/// let spill = StoreMedium::new(MemoryStore::<u64, Bytes>::new())?;
/// let pool = Pool::builder().memory(ByteSize::mib(1)).spill(spill).build()?;
/// # drop(pool);
/// # Ok::<(), forebay_pool::Error>(())
/// ```
pub struct StoreMedium {
    store: SharedStore<u64, Bytes>,
    blob_max: u64,
    /// What the store keeps in memory.
    memory: u64,
    quota: Option<Quota>,
    deletes_max: usize,
    desk: Mutex<Desk>,
}

#[derive(Debug, Default)]
struct Desk {
    /// Keys and batches are numbered in one row, so that none comes twice.
    last: u64,
    blobs: u64,
    bytes: u64,
    debts: Debts,
    account: Account,
}

impl StoreMedium {
    /// What a store takes that does not say how much.
    const BLOB_MAX: u64 = 3 << 30;
    /// So many deletes that failed are tried again with one write.
    const DELETES_MAX: usize = 64;
    /// Nobody else writes to the store, so any origin will do.
    const ORIGIN: u64 = 1;

    /// Over an empty store, of whichever kind.
    ///
    /// # Errors
    ///
    /// Those of [`over`](Self::over).
    pub fn new<Kind>(store: impl IntoStore<u64, Bytes, Kind>) -> Result<Self> {
        Self::over(store.into_store(&Seams::real()))
    }

    /// Over an empty store.
    ///
    /// # Errors
    ///
    /// `Invalid` if there is something in it, as far as it can count; those of the store.
    pub fn over(store: SharedStore<u64, Bytes>) -> Result<Self> {
        let (done, counted) = Op::pending();
        store.count(done);
        match counted.wait() {
            Ok(0) => {}
            Ok(keys) => {
                let message = format!("the store has {keys} keys: a medium needs an empty one");
                return Err(Error::invalid(message));
            }
            Err(error) if error.kind() == ErrorKind::Unsupported => {}
            Err(error) => return Err(error),
        }
        let capabilities = store.capabilities();
        let value_max = capabilities.value_bytes_max.unwrap_or(Self::BLOB_MAX);
        let blob_max = value_max.saturating_sub(HEAD as u64);
        let deletes_max = capabilities.batch_ops_max.min(Self::DELETES_MAX);
        let (memory, quota) = (capabilities.memory_bytes, capabilities.quota);
        Ok(Self { store, blob_max, memory, quota, deletes_max, desk: Mutex::default() })
    }

    /// Puts a blob under a key that none ever had.
    pub(super) fn put(&self, bytes: Bytes) -> Result<Place> {
        self.pay();
        let length = bytes.len() as u64;
        let key = self.number();
        let outcome = self.apply(vec![WriteOp::put(key, bytes, 1)]).pop();
        let mut desk = self.desk.lock();
        if let Some(Outcome::Unknown(_)) = &outcome {
            desk.debts.owe(key);
        }
        outcome.map_or_else(|| Err(Error::unknown("no answer")), Outcome::into_result)?;
        desk.blobs += 1;
        desk.bytes += self.room(length);
        Ok(Place { part: 0, file: key, at: 0, length })
    }

    /// What a blob of so many bytes takes: as the store counts it, if it says how.
    fn room(&self, length: u64) -> u64 {
        let key = size_of::<u64>() as u64;
        self.quota.map_or(length, |quota| (quota.of_pair)(key, length))
    }

    /// Whether the store has room for a blob of so many bytes, as far as it says what it may take.
    pub(super) fn has_room(&self, length: u64) -> bool {
        let taken = self.desk.lock().bytes.saturating_add(self.room(length));
        self.quota.is_none_or(|quota| taken <= quota.bytes)
    }

    /// Counts so many bytes of a blob that is written.
    pub(super) fn count(&self, bytes: u64) -> Option<Room> {
        let account = self.desk.lock().account.clone();
        account.take(bytes)
    }

    /// Tries some of the deletes again that have failed.
    fn pay(&self) {
        let owed = self.desk.lock().debts.take(self.deletes_max);
        self.delete(&owed);
    }

    fn delete(&self, keys: &[u64]) {
        if keys.is_empty() {
            return;
        }
        let deletes = keys.iter().map(|key| WriteOp::delete(*key, 2)).collect();
        let outcomes = self.apply(deletes);
        let mut desk = self.desk.lock();
        for (key, outcome) in keys.iter().zip(outcomes) {
            if !outcome.is_stored() {
                desk.debts.owe(*key);
            }
        }
    }

    fn apply(&self, ops: Vec<WriteOp<u64, Bytes>>) -> Vec<Outcome> {
        let writes = ops.len();
        let id = BatchId { origin: Self::ORIGIN, number: self.number() };
        let (done, applied) = Op::pending();
        self.store.apply(Arc::new(Batch { id, ops }), done);
        Outcome::of_answer(applied.wait(), writes)
    }

    fn number(&self) -> u64 {
        let mut desk = self.desk.lock();
        desk.last += 1;
        desk.last
    }
}

impl Medium for StoreMedium {
    fn traits(&self) -> MediumTraits {
        let (blob_max, piece, memory) = (self.blob_max, 1 << 20, self.memory);
        MediumTraits { blob_max, is_whole: true, piece, has_links: false, memory }
    }

    fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        Ok(Box::new(Begun::new(self, length.unwrap_or(0))?))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        let (done, loaded) = Op::pending();
        self.store.load(Arc::from([place.file]), done);
        match loaded.wait()?.pop().flatten() {
            Some(bytes) if bytes.len() as u64 == place.length => Ok(Box::new(Loaded(bytes))),
            Some(bytes) => {
                let (key, found, length) = (place.file, bytes.len(), place.length);
                let message = format!("key {key} has {found} bytes, and was {length}");
                Err(Error::corrupt(message))
            }
            None => Err(Error::corrupt(format!("key {} is gone from the store", place.file))),
        }
    }

    fn free(&self, place: Place) {
        let mut desk = self.desk.lock();
        desk.blobs = desk.blobs.saturating_sub(1);
        desk.bytes = desk.bytes.saturating_sub(self.room(place.length));
        drop(desk);
        self.delete(&[place.file]);
    }

    fn usage(&self) -> Usage {
        let desk = self.desk.lock();
        let (bytes, blobs) = (desk.bytes, desk.blobs);
        let (pending_frees, failed_frees) = (desk.debts.owed(), desk.debts.forgotten());
        let quota = self.quota.map(|quota| quota.bytes);
        Usage { bytes, quota, blobs, pending_frees, failed_frees, ..Usage::default() }
    }

    fn bytes_of(&self, place: Place) -> Option<u64> {
        Some(self.room(place.length))
    }

    fn counted_in(&self, account: Account) {
        self.desk.lock().account = account;
    }
}

/// A blob that was loaded as a whole.
struct Loaded(Bytes);

impl Reading for Loaded {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        let short = || Error::corrupt("a blob is shorter than it was");
        let at = usize::try_from(at).map_err(|_| short())?;
        let found = self.0.get(at..).and_then(|rest| rest.get(..into.len()));
        into.copy_from_slice(found.ok_or_else(short)?);
        Ok(())
    }
}

impl fmt::Debug for StoreMedium {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreMedium").field("desk", &self.desk).finish_non_exhaustive()
    }
}
