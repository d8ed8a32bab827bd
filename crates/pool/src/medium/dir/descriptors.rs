//! How many files may be open.

// It outlives everything, also an explored schedule, and nobody waits for it.
use std::sync::atomic::AtomicU64 as Sharers;
use std::sync::{Arc, LazyLock};

use forebay_store::sync::atomic::{AtomicU64, Ordering};

/// How many files a medium may have open, and has.
#[derive(Debug)]
pub(crate) struct Descriptors {
    most: u64,
    used: AtomicU64,
    /// How many share what there is, this one included.
    sharers: Arc<Sharers>,
}

/// The spills of this process.
static SPILLS: LazyLock<Arc<Sharers>> = LazyLock::new(Arc::default);

/// The right to have one file open, given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Descriptor(Arc<Descriptors>);

impl Descriptors {
    const MOST: u64 = 4096;

    /// For a spill on a disk of its own: half of what may be open is left to others.
    pub(super) fn of(limit: Option<u64>) -> Arc<Self> {
        Self::share(limit, 2, Arc::default())
    }

    /// For a spill on the disks of this process: all of them share that half. One that has had more before another
    /// came has no more until it is below its share.
    pub(super) fn of_process(limit: Option<u64>) -> Arc<Self> {
        Self::share(limit, 2, Arc::clone(&SPILLS))
    }

    /// For all archives of a pool together.
    pub(crate) fn of_archives(limit: Option<u64>) -> Arc<Self> {
        Self::share(limit, 4, Arc::default())
    }

    fn share(limit: Option<u64>, of: u64, sharers: Arc<Sharers>) -> Arc<Self> {
        let most = limit.map_or(Self::MOST, |limit| limit / of).clamp(2, Self::MOST);
        sharers.fetch_add(1, Ordering::AcqRel);
        Arc::new(Self { most, used: AtomicU64::new(0), sharers })
    }

    /// As things are now.
    pub(crate) fn most(&self) -> u64 {
        (self.most / self.sharers.load(Ordering::Acquire).max(1)).max(2)
    }

    /// So many are for packs alone: when there is a file for each of the large blobs no more, they go
    /// into packs, which then must be had.
    pub(crate) fn for_packs(&self) -> u64 {
        (self.most() / 8).max(1)
    }

    /// So many are for files without a blob, in all directories together: they are closed before anybody hears that there are no more.
    pub(super) fn for_spares(&self) -> usize {
        usize::try_from(self.most() / 4).unwrap_or(usize::MAX)
    }

    /// One more, if so many are left after it.
    pub(crate) fn take(self: &Arc<Self>, leaving: u64) -> Option<Descriptor> {
        let most = self.most().saturating_sub(leaving);
        let one_more = |used: u64| (used < most).then_some(used + 1);
        let taken = self.used.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more);
        taken.ok().map(|_| Descriptor(Arc::clone(self)))
    }
}

impl Drop for Descriptors {
    fn drop(&mut self) {
        self.sharers.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        self.0.used.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::medium::DirMedium;

    #[test]
    fn a_medium_whose_directory_is_given_by_its_path_shares_those_of_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let medium = DirMedium::open(folder.path()).unwrap();
        // There may be others beside it.
        assert!(SPILLS.load(Ordering::Acquire) > 0);
        drop(medium);
    }

    #[test]
    fn spills_of_a_process_share_its_files_and_what_is_gone_has_no_share() {
        let process = Arc::<Sharers>::default();
        let join = || Descriptors::share(Some(32), 2, Arc::clone(&process));
        let first = join();
        let all: Vec<_> = std::iter::from_fn(|| first.take(0)).collect();
        assert_eq!(all.len(), 16);
        let second = join();
        assert_eq!((first.most(), second.most(), second.for_packs()), (8, 8, 1));
        let others: Vec<_> = std::iter::from_fn(|| second.take(1)).collect();
        assert_eq!(others.len(), 7, "and one is for packs");
        let mut kept = all;
        kept.truncate(8);
        assert!(first.take(0).is_none(), "it has its share");
        kept.truncate(7);
        assert!(first.take(0).is_some());
        drop(first);
        assert_eq!(second.most(), 8, "what it has open has its share still");
        drop(kept);
        assert_eq!(second.most(), 16);
    }
}
