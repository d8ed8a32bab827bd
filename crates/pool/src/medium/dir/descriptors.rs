//! How many files may be open.

use std::sync::Arc;

use forebay_store::sync::atomic::{AtomicU64, Ordering};

/// How many files a medium may have open, and has.
#[derive(Debug)]
pub(crate) struct Descriptors {
    most: u64,
    used: AtomicU64,
}

/// The right to have one file open, given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Descriptor(Arc<Descriptors>);

impl Descriptors {
    const MOST: u64 = 4096;

    /// For a spill: half of what the process may have open is left to others.
    pub(crate) fn of(limit: Option<u64>) -> Arc<Self> {
        Self::share(limit, 2)
    }

    /// For all archives of a pool together.
    pub(crate) fn of_archives(limit: Option<u64>) -> Arc<Self> {
        Self::share(limit, 4)
    }

    fn share(limit: Option<u64>, of: u64) -> Arc<Self> {
        let most = limit.map_or(Self::MOST, |limit| limit / of).clamp(2, Self::MOST);
        Arc::new(Self { most, used: AtomicU64::new(0) })
    }

    pub(crate) fn most(&self) -> u64 {
        self.most
    }

    /// So many are for packs alone: when there is a file for each of the large blobs no more, they go
    /// into packs, which then must be had.
    pub(crate) fn for_packs(&self) -> u64 {
        (self.most / 8).max(1)
    }

    /// So many are for files without a blob, in all directories together: they are closed before anybody hears that there are no more.
    pub(super) fn for_spares(&self) -> usize {
        usize::try_from(self.most / 4).unwrap_or(usize::MAX)
    }

    /// One more, if so many are left after it.
    pub(crate) fn take(self: &Arc<Self>, leaving: u64) -> Option<Descriptor> {
        let most = self.most - leaving;
        let one_more = |used: u64| (used < most).then_some(used + 1);
        let taken = self.used.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more);
        taken.ok().map(|_| Descriptor(Arc::clone(self)))
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        self.0.used.fetch_sub(1, Ordering::AcqRel);
    }
}
