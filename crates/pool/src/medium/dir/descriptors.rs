//! How many files may be open.

// They outlive everything, also an explored schedule, and nobody waits for them.
use std::sync::atomic::AtomicU64 as Count;
use std::sync::{Arc, LazyLock};

use forebay_store::sync::atomic::{AtomicU64, Ordering};

/// How many files a medium may have open, and has.
#[derive(Debug)]
pub(crate) struct Descriptors {
    most: u64,
    used: AtomicU64,
    /// Packs that were had although nothing else could be.
    packs: AtomicU64,
    shared: Arc<Shared>,
}

/// What several media have together.
#[derive(Debug, Default)]
struct Shared {
    /// How many share what there is.
    sharers: Count,
    /// What they have in use, the packs that each may have in any case not among it.
    used: Count,
}

/// The spills of this process.
static SPILLS: LazyLock<Arc<Shared>> = LazyLock::new(Arc::default);

/// The right to have one file open, given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Descriptor {
    of: Arc<Descriptors>,
    /// It is one of the packs that may be had in any case.
    is_for_pack: bool,
}

impl Descriptors {
    const MOST: u64 = 4096;

    /// For a spill on a disk of its own: half of what may be open is left to others.
    pub(super) fn of(limit: Option<u64>) -> Arc<Self> {
        Self::share(limit, 2, Arc::default())
    }

    /// For a spill on the disks of this process: all of them share that half. One that has had more before another
    /// came has no more until it is below its share, packs excepted.
    pub(super) fn of_process(limit: Option<u64>) -> Arc<Self> {
        Self::share(limit, 2, Arc::clone(&SPILLS))
    }

    /// For all archives of a pool together.
    pub(crate) fn of_archives(limit: Option<u64>) -> Arc<Self> {
        Self::share(limit, 4, Arc::default())
    }

    fn share(limit: Option<u64>, of: u64, shared: Arc<Shared>) -> Arc<Self> {
        let most = limit.map_or(Self::MOST, |limit| limit / of).clamp(2, Self::MOST);
        shared.sharers.fetch_add(1, Ordering::AcqRel);
        Arc::new(Self { most, used: AtomicU64::new(0), packs: AtomicU64::new(0), shared })
    }

    /// As things are now.
    pub(crate) fn most(&self) -> u64 {
        (self.most / self.shared.sharers.load(Ordering::Acquire).max(1)).max(2)
    }

    /// So many are for packs alone: when there is a file for each of the large blobs no more, they go
    /// into packs, which then must be had.
    fn for_packs(&self) -> u64 {
        (self.most() / 8).max(1)
    }

    /// So many are for files without a blob, in all directories together: they are closed before anybody hears that there are no more.
    pub(super) fn for_spares(&self) -> usize {
        usize::try_from(self.most() / 4).unwrap_or(usize::MAX)
    }

    /// One more for a file with one blob.
    pub(super) fn take_for_large(self: &Arc<Self>) -> Option<Descriptor> {
        let own = self.most().saturating_sub(self.for_packs());
        self.take_below(own, self.most - (self.most / 8).max(1))
    }

    /// One more for a pack: one of those that are for packs, whatever it has otherwise and others have, or else any.
    pub(super) fn take_for_pack(self: &Arc<Self>) -> Option<Descriptor> {
        if take_one(&self.packs, self.for_packs()) {
            return Some(Descriptor { of: Arc::clone(self), is_for_pack: true });
        }
        self.take_for_large()
    }

    /// One more, if so many are left after it.
    pub(crate) fn take(self: &Arc<Self>, leaving: u64) -> Option<Descriptor> {
        self.take_below(self.most().saturating_sub(leaving), self.most)
    }

    /// One more, if this one has fewer than `own`, and all together fewer than `all`.
    fn take_below(self: &Arc<Self>, own: u64, all: u64) -> Option<Descriptor> {
        if !take_one(&self.used, own) {
            return None;
        }
        let one_more = |used: u64| (used < all).then_some(used + 1);
        let shared = &self.shared.used;
        if shared.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more).is_err() {
            self.used.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        Some(Descriptor { of: Arc::clone(self), is_for_pack: false })
    }
}

fn take_one(of: &AtomicU64, most: u64) -> bool {
    let one_more = |used: u64| (used < most).then_some(used + 1);
    of.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more).is_ok()
}

impl Drop for Descriptors {
    fn drop(&mut self) {
        self.shared.sharers.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        let Self { of, is_for_pack } = self;
        if *is_for_pack {
            of.packs.fetch_sub(1, Ordering::AcqRel);
        } else {
            of.shared.used.fetch_sub(1, Ordering::AcqRel);
            of.used.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::iter::from_fn;

    use super::*;
    use crate::medium::DirMedium;

    #[test]
    fn a_medium_whose_directory_is_given_by_its_path_shares_those_of_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let medium = DirMedium::open(folder.path()).unwrap();
        // There may be others beside it.
        assert!(SPILLS.sharers.load(Ordering::Acquire) > 0);
        drop(medium);
    }

    #[test]
    fn spills_of_a_process_share_its_files_and_what_is_gone_has_no_share() {
        let process = Arc::<Shared>::default();
        let join = || Descriptors::share(Some(32), 2, Arc::clone(&process));
        let first = join();
        let mut large: Vec<_> = from_fn(|| first.take_for_large()).collect();
        let packs: Vec<_> = from_fn(|| first.take_for_pack()).collect();
        assert_eq!((large.len(), packs.len()), (14, 2));
        let second = join();
        assert_eq!((first.most(), second.most(), second.for_packs()), (8, 8, 1));
        large.truncate(7);
        assert!(first.take_for_large().is_none(), "it has its share");
        let others: Vec<_> = from_fn(|| second.take_for_large()).collect();
        assert_eq!(others.len(), 7, "and one is for packs");
        large.truncate(6);
        assert!(first.take_for_large().is_some());
        drop(first);
        assert_eq!(second.most(), 8, "what it has open has its share still");
        drop((large, packs));
        assert_eq!(second.most(), 16);
    }

    #[test]
    fn one_that_has_more_than_its_share_has_packs_still() {
        let process = Arc::<Shared>::default();
        let join = || Descriptors::share(Some(64), 2, Arc::clone(&process));
        let first = join();
        let large: Vec<_> = from_fn(|| first.take_for_large()).collect();
        assert_eq!(large.len(), 28);
        let _second = join();
        assert!(first.take_for_large().is_none());
        let packs: Vec<_> = from_fn(|| first.take_for_pack()).collect();
        assert_eq!(packs.len(), 2, "an eighth of its share");
    }

    #[test]
    fn those_that_come_when_others_have_theirs_get_packs_and_take_no_more_together() {
        let process = Arc::<Shared>::default();
        let join = || Descriptors::share(Some(64), 2, Arc::clone(&process));
        let mut all = Vec::new();
        let mut taken = [0; 4];
        for number in &mut taken {
            let one = join();
            let large: Vec<_> = from_fn(|| one.take_for_large()).collect();
            let packs: Vec<_> = from_fn(|| one.take_for_pack()).collect();
            *number = large.len() + packs.len();
            all.extend(large.into_iter().chain(packs));
        }
        assert_eq!(taken, [32, 2, 1, 1], "packs alone are had beyond the half");
    }
}
