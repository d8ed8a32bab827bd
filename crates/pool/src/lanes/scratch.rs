//! The buffers of writes.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use forebay_store::sync::Mutex;

use crate::budget::{Ledger, Purpose, Room};

/// The buffer of a write: empty, with room for a piece. Its room is taken when the pool is built.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) bytes: Vec<u8>,
}

/// The buffers of all writes that may run at once.
pub(super) struct Buffers {
    free: Mutex<Vec<Scratch>>,
    size: usize,
    most: usize,
    _room: Room,
}

impl Buffers {
    /// A buffer is this share of the budget, ...
    const SHARE: u64 = 128;
    /// ... but no smaller, ...
    const SMALLEST: u64 = 4 << 10;
    /// ... and no larger.
    const LARGEST: u64 = 256 << 10;

    pub(super) fn new(writes: usize, ledger: &Arc<Ledger>) -> Self {
        let size = Self::size(ledger.standing().budget);
        let room = ledger.exceed(size * writes as u64, Purpose::Encoding);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        Self { free: Mutex::new(Vec::new()), size, most: writes, _room: room }
    }

    /// How large the buffer of a write is in a pool of so many bytes.
    pub(super) fn size(budget: u64) -> u64 {
        (budget / Self::SHARE).clamp(Self::SMALLEST, Self::LARGEST)
    }

    pub(super) fn take(&self) -> ScratchGuard<'_> {
        let free = self.free.lock().pop();
        let fresh = || Scratch { bytes: Vec::with_capacity(self.size) };
        ScratchGuard { scratch: free.unwrap_or_else(fresh), of: self }
    }

    fn put(&self, mut scratch: Scratch) {
        scratch.bytes.clear();
        scratch.bytes.shrink_to(self.size);
        let mut free = self.free.lock();
        if free.len() < self.most {
            free.push(scratch);
        }
    }
}

/// A scratch that goes back when this is dropped.
pub(crate) struct ScratchGuard<'a> {
    scratch: Scratch,
    of: &'a Buffers,
}

impl Deref for ScratchGuard<'_> {
    type Target = Scratch;

    fn deref(&self) -> &Scratch {
        &self.scratch
    }
}

impl DerefMut for ScratchGuard<'_> {
    fn deref_mut(&mut self) -> &mut Scratch {
        &mut self.scratch
    }
}

impl Drop for ScratchGuard<'_> {
    fn drop(&mut self) {
        self.of.put(std::mem::take(&mut self.scratch));
    }
}

impl fmt::Debug for ScratchGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScratchGuard").finish_non_exhaustive()
    }
}
