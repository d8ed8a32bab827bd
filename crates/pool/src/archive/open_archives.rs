//! The archives that a pool has open.

use std::sync::{Arc, Weak};

use forebay_journal::disk::Directory;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, Ordering};
use forebay_store::{Error, Result};

use super::medium::ArchiveMedium;
use super::opening;
use super::seat::Seat;
use super::settings::ArchiveSettings;
use super::turn::Turns;
use super::vault::Vault;
use crate::inner::Inner;
use crate::key::Key;
use crate::medium::Descriptors;

/// The archives that a pool has open to change them, so that one that is opened again is the same one.
#[derive(Debug, Default)]
pub(crate) struct OpenArchives {
    /// Two who open one at once are not two owners.
    opening: Turns,
    all: Mutex<Vec<Opened>>,
    /// How many files all of them keep open.
    descriptors: Mutex<Option<Arc<Descriptors>>>,
    /// A sync of a whole file system has failed: files of the spill may not be what they look like.
    are_copied: AtomicBool,
}

/// An archive that is open, or has blobs still.
#[derive(Debug)]
struct Opened {
    place: String,
    id: Key,
    seat: Arc<Seat>,
    vault: Weak<Vault>,
    medium: Weak<ArchiveMedium>,
}

/// What there is of an archive from an earlier opening.
#[derive(Default)]
pub(super) struct Before {
    pub(super) seat: Arc<Seat>,
    /// The medium of those blobs that outlive the archive.
    pub(super) medium: Option<Arc<ArchiveMedium>>,
}

impl OpenArchives {
    /// Opens the archive in a directory, or gives the one that is open there. They are told apart by what their
    /// directory calls itself, as a copy of an archive has the same identity, and by their identities, as
    /// another directory may have come there.
    pub(super) fn open(
        pool: &Arc<Inner>,
        root: Arc<dyn Directory>,
        settings: ArchiveSettings,
    ) -> Result<Arc<Vault>> {
        let archives = &pool.archives;
        let _turn = archives.opening.take();
        let place = root.describe();
        let there = opening::identity_in(&root);
        let is_it = |open: &Opened| open.place == place && Some(open.id) == there;
        if let Some(open) = archives.find(is_it) {
            return Ok(open);
        }
        let before = archives.before(is_it);
        let seat = Arc::clone(&before.seat);
        let vault = Arc::new(Vault::own(pool, root, settings, before)?);
        let medium = Arc::downgrade(&vault.medium);
        let mut all = archives.all.lock();
        all.retain(|open| !is_it(open) && (open.seat.is_taken() || open.medium.strong_count() > 0));
        let id = vault.files.id();
        all.push(Opened { place, id, seat, vault: Arc::downgrade(&vault), medium });
        Ok(vault)
    }

    /// A sync of a whole file system has failed. Nobody can say what else is there, so no archive is trusted until it
    /// is opened anew, and what is spilled is not linked any more, but copied and checked.
    pub(super) fn distrust(&self, error: &Error) {
        self.are_copied.store(true, Ordering::Release);
        // At once: those that are open may not answer for anything more while another one is being opened.
        self.distrust_open(error);
        // One that is being opened is among the others when that is over.
        let _turn = self.opening.take();
        self.distrust_open(error);
    }

    fn distrust_open(&self, error: &Error) {
        let vaults: Vec<_> = self.all.lock().iter().map(|open| Weak::clone(&open.vault)).collect();
        for vault in vaults.iter().filter_map(Weak::upgrade) {
            vault.files.distrust(error);
        }
    }

    pub(super) fn may_link(&self) -> bool {
        !self.are_copied.load(Ordering::Acquire)
    }

    /// The files that all archives of a pool keep open are counted together.
    pub(super) fn descriptors(&self, limit: Option<u64>) -> Arc<Descriptors> {
        let mut descriptors = self.descriptors.lock();
        Arc::clone(descriptors.get_or_insert_with(|| Descriptors::of_archives(limit)))
    }

    fn find(&self, is_it: impl Fn(&Opened) -> bool) -> Option<Arc<Vault>> {
        let all = self.all.lock();
        let found = all.iter().find(|open| is_it(open)).map(|open| Weak::clone(&open.vault));
        drop(all);
        // The last one may be dropped at the same time: then there is another.
        found?.upgrade()
    }

    fn before(&self, is_it: impl Fn(&Opened) -> bool) -> Before {
        let all = self.all.lock();
        let found = all.iter().find(|open| is_it(open));
        let found = found.map(|open| (Arc::clone(&open.seat), Weak::clone(&open.medium)));
        drop(all);
        let Some((seat, medium)) = found else { return Before::default() };
        Before { seat, medium: medium.upgrade() }
    }
}
