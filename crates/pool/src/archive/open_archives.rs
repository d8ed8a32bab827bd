//! The archives that a pool has open.

use std::sync::{Arc, Weak};

use forebay_journal::disk::Directory;
use forebay_store::Result;
use forebay_store::sync::Mutex;

use super::medium::ArchiveMedium;
use super::settings::ArchiveSettings;
use super::turn::Turns;
use super::vault::Vault;
use crate::inner::Inner;

/// The archives that a pool has open to change them, so that one that is opened again is the same one.
#[derive(Debug, Default)]
pub(crate) struct OpenArchives {
    /// Two who open one at once are not two owners.
    opening: Turns,
    all: Mutex<Vec<Opened>>,
}

/// An archive that is open, or has blobs still.
#[derive(Debug)]
struct Opened {
    place: String,
    vault: Weak<Vault>,
    medium: Weak<ArchiveMedium>,
}

impl OpenArchives {
    /// Opens the archive in a directory, or gives the one that is open there. They are told apart by what their
    /// directory calls itself, as a copy of an archive has the same identity.
    pub(super) fn open(
        pool: &Arc<Inner>,
        root: Arc<dyn Directory>,
        settings: ArchiveSettings,
    ) -> Result<Arc<Vault>> {
        let archives = &pool.archives;
        let _turn = archives.opening.take();
        let place = root.describe();
        if let Some(open) = archives.find(&place) {
            return Ok(open);
        }
        let before = archives.medium(&place);
        let vault = Arc::new(Vault::own(pool, root, settings, before)?);
        let medium = Arc::downgrade(&vault.medium);
        let mut all = archives.all.lock();
        all.retain(|open| open.place != place && open.medium.strong_count() > 0);
        all.push(Opened { place, vault: Arc::downgrade(&vault), medium });
        Ok(vault)
    }

    fn find(&self, place: &str) -> Option<Arc<Vault>> {
        let all = self.all.lock();
        let is_open = |open: &&Opened| open.place == place && open.vault.strong_count() > 0;
        let found = all.iter().find(is_open).map(|open| Weak::clone(&open.vault));
        drop(all);
        // The last one may be dropped at the same time: then its owner is gone, and there is another.
        found?.upgrade()
    }

    /// The medium of those blobs that outlive the archive.
    fn medium(&self, place: &str) -> Option<Arc<ArchiveMedium>> {
        let all = self.all.lock();
        let found = all.iter().find(|open| open.place == place);
        let found = found.map(|open| Weak::clone(&open.medium));
        drop(all);
        found?.upgrade()
    }
}
