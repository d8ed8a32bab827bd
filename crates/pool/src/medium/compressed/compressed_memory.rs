//! The medium itself.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::{ByteSize, Error, Result};

use super::blocks::Packed;
use super::packing::Packing;
use super::unpacking::Unpacking;
use crate::blob::HEAD;
use crate::medium::{Medium, MediumTraits, Place, Reading, Usage, Writing};

/// What a blob takes beside its blocks, the head and its place in the table included.
pub(super) const OVERHEAD: u64 = 256;

/// Blobs in memory, compressed with LZ4: for a machine without a disk. All that it may take counts in
/// the pool's budget from the beginning on. When that is full, writes are `Busy`.
///
/// ```
/// use forebay_pool::{ByteSize, CompressedMemory, Pool};
///
/// let spill = CompressedMemory::of(ByteSize::mib(4));
/// let pool = Pool::builder().memory(ByteSize::mib(16)).spill(spill).build()?;
/// let handle = pool.insert(vec![0u8; 1 << 20]).wait()?;
/// assert!(handle.evict().wait()?);
/// assert_eq!(handle.get().wait()?.len(), 1 << 20);
/// # Ok::<(), forebay_pool::Error>(())
/// ```
pub struct CompressedMemory {
    quota: u64,
    desk: Mutex<Desk>,
}

#[derive(Default)]
struct Desk {
    last: u64,
    bytes: u64,
    /// Each with what was taken for it.
    blobs: HashMap<u64, (Arc<Packed>, u64)>,
}

impl CompressedMemory {
    /// Of so many bytes.
    pub fn of(quota: ByteSize) -> Self {
        Self { quota: quota.as_bytes(), desk: Mutex::default() }
    }

    pub(super) fn take(&self, bytes: u64) -> Result<()> {
        let mut desk = self.desk.lock();
        let quota = self.quota;
        let taken = desk.bytes.checked_add(bytes).filter(|taken| *taken <= quota);
        desk.bytes = taken.ok_or_else(|| {
            let message = format!("no {bytes} bytes are left of {quota} for compressed blobs");
            Error::busy(message, Duration::from_secs(1))
        })?;
        Ok(())
    }

    pub(super) fn give(&self, bytes: u64) {
        let mut desk = self.desk.lock();
        desk.bytes = desk.bytes.saturating_sub(bytes);
    }

    pub(super) fn enter(&self, packed: Packed, taken: u64) -> Place {
        let length = HEAD as u64 + packed.length;
        let mut desk = self.desk.lock();
        desk.last += 1;
        let file = desk.last;
        desk.blobs.insert(file, (Arc::new(packed), taken));
        Place { part: 0, file, at: 0, length }
    }
}

impl Medium for CompressedMemory {
    fn traits(&self) -> MediumTraits {
        let (blob_max, piece) = (self.quota.saturating_mul(255), 128 << 10);
        MediumTraits { blob_max, is_whole: false, piece, has_links: false, memory: self.quota }
    }

    fn begin(&self, _length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        Ok(Box::new(Packing::begin(self)?))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        let blob = self.desk.lock().blobs.get(&place.file).map(|(blob, _)| Arc::clone(blob));
        let blob = blob.ok_or_else(|| Error::corrupt(format!("{place:?} is no place")))?;
        Ok(Box::new(Unpacking::of(blob)))
    }

    fn free(&self, place: Place) {
        let freed = self.desk.lock().blobs.remove(&place.file);
        if let Some((blob, taken)) = freed {
            drop(blob);
            self.give(taken);
        }
    }

    fn usage(&self) -> Usage {
        let desk = self.desk.lock();
        let (bytes, blobs) = (desk.bytes, desk.blobs.len() as u64);
        Usage { bytes, quota: Some(self.quota), blobs, ..Usage::default() }
    }

    fn bytes_of(&self, place: Place) -> Option<u64> {
        self.desk.lock().blobs.get(&place.file).map(|(_, taken)| *taken)
    }
}

impl fmt::Debug for CompressedMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompressedMemory").field("usage", &self.usage()).finish_non_exhaustive()
    }
}
