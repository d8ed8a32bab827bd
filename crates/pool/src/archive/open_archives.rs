//! The archives that a pool has open.

use std::sync::{Arc, Weak};

use forebay_journal::disk::Directory;
use forebay_store::Result;
use forebay_store::sync::Mutex;

use super::settings::ArchiveSettings;
use super::turn::Turns;
use super::vault::Vault;
use crate::inner::Inner;

/// The archives that a pool has open to change them, so that one that is opened again is the same one.
#[derive(Debug, Default)]
pub(crate) struct OpenArchives {
    /// Two who open one at once are not two owners.
    opening: Turns,
    all: Mutex<Vec<(String, Weak<Vault>)>>,
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
        let vault = Arc::new(Vault::own(pool, root, settings)?);
        let mut all = archives.all.lock();
        all.retain(|(_, open)| open.strong_count() > 0);
        all.push((place, Arc::downgrade(&vault)));
        Ok(vault)
    }

    fn find(&self, place: &str) -> Option<Arc<Vault>> {
        let all = self.all.lock();
        let found = all.iter().find(|(other, open)| other == place && open.strong_count() > 0);
        let found = found.map(|(_, open)| Weak::clone(open));
        drop(all);
        // The last one may be dropped at the same time: then its owner is gone, and there is another.
        found?.upgrade()
    }
}
