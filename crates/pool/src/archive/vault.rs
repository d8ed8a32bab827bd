//! An open archive, as its own parts see it.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_store::sync::{Mutex, RwLock};
use forebay_store::{Error, Result};

use super::bytes::{Bytes, OpenFile};
use super::catalog::{Index, Known};
use super::claims::Claims;
use super::files::Files;
use super::item::Item;
use super::listing::no_snapshot;
use super::manifest::{Entry, Spot};
use super::medium::ArchiveMedium;
use super::names::SnapshotName;
use super::open_archives::Before;
use super::opening;
use super::part::Part;
use super::seat::Sitting;
use super::settings::ArchiveSettings;
use super::turn::Turns;
use crate::blob::Head;
use crate::inner::{Inner, closed};
use crate::key::Key;
use crate::slot::Blob;

/// An open archive, as its own parts see it.
pub(crate) struct Vault {
    pub(super) files: Arc<Files>,
    pub(super) medium: Arc<ArchiveMedium>,
    pub(super) index: Index,
    pub(super) pool: Arc<Inner>,
    pub(super) turns: Turns,
    pub(super) claims: Claims,
    /// Those who keep or delete something share it.
    pub(super) keeping: RwLock<()>,
    /// Media, by their addresses, and origins in them whose files cannot be linked here.
    pub(super) elsewhere: Mutex<HashSet<(usize, u64)>>,
    pub(super) settings: ArchiveSettings,
    /// `None`: it is only read. The last field, so that it is given up last of all.
    owned: Option<Sitting>,
}

impl Vault {
    /// Opens it as its owner.
    pub(super) fn own(
        pool: &Arc<Inner>,
        root: Arc<dyn Directory>,
        settings: ArchiveSettings,
        before: Before,
    ) -> Result<Self> {
        let id = Key::draw(&*pool.seams.random);
        let (files, owned) = opening::own(root, &before.seat, id, pool.seams.clock.wall())?;
        Ok(Self::of(pool, files, settings, Some(owned), before.medium))
    }

    /// Opens it to read it.
    pub(crate) fn look_at(pool: &Arc<Inner>, root: Arc<dyn Directory>) -> Result<Self> {
        let settings = ArchiveSettings::default();
        Ok(Self::of(pool, opening::look_at(root)?, settings, None, None))
    }

    /// What is kept here takes blobs of this pool for its own, so it has to be an object of it.
    pub(super) fn check_ours(&self, item: &Item) -> Result<()> {
        if item.object().is_of(&self.pool) {
            return Ok(());
        }
        Err(Error::invalid("an object of another pool"))
    }

    fn of(
        pool: &Arc<Inner>,
        files: Files,
        settings: ArchiveSettings,
        owned: Option<Sitting>,
        before: Option<Arc<ArchiveMedium>>,
    ) -> Self {
        let (files, pool) = (Arc::new(files), Arc::clone(pool));
        let medium = before.filter(|before| before.files().id() == files.id());
        let medium = if let Some(medium) = medium {
            medium.reopened(&files);
            medium
        } else {
            let most = files.root.directory().open_files_max();
            ArchiveMedium::of(Arc::clone(&files), pool.archives.descriptors(most))
        };
        let (index, turns, claims) = (Index::default(), Turns::default(), Claims::default());
        let (keeping, elsewhere) = (RwLock::default(), Mutex::default());
        Self { files, medium, index, pool, turns, claims, keeping, elsewhere, settings, owned }
    }

    /// Whether it was opened to be changed.
    pub(super) fn is_owned(&self) -> bool {
        self.owned.is_some()
    }

    /// Refuses changes to what is only read, or what nobody can change safely any more.
    pub(super) fn check_writable(&self) -> Result<()> {
        if !self.is_owned() {
            let message = format!("{} was opened to be read", self.files.place());
            return Err(Error::unsupported(message));
        }
        if self.pool.is_closed() {
            return Err(closed());
        }
        self.files.check()
    }

    /// Syncs the whole file system.
    pub(super) fn sync_file_system(self: &Arc<Self>) -> Result<()> {
        // Nobody writes here meanwhile: after a failure, what was not durable may be lost, and a later sync of
        // it would not say so.
        let _turn = self.turns.take();
        let _alone = self.keeping.write();
        self.check_writable()?;
        self.files.sync_file_system().inspect_err(|error| {
            // If it was not even tried nothing is in doubt.
            if self.files.check().is_err() {
                self.pool.archives.distrust(error);
            }
        })
    }

    /// What the manifests say. Their owner need not look for what he has not changed: nobody else may (G14).
    pub(super) fn known(&self) -> Result<Arc<Known>> {
        let unchanged = self.is_owned().then(|| self.index.unchanged(&self.files)).flatten();
        unchanged.map_or_else(|| self.known_anew(), Ok)
    }

    /// As [`known`](Self::known), looked at in any case: somebody may have damaged or removed one.
    pub(super) fn known_anew(&self) -> Result<Arc<Known>> {
        self.index.refreshed(&self.files, Some(&self.pool.ledger))
    }

    /// What one manifest says, looked at in any case. `Invalid` if there is no such snapshot.
    pub(super) fn entries(&self, name: &SnapshotName) -> Result<Arc<[Entry]>> {
        let entries = self.index.entries(&self.files, name, Some(&self.pool.ledger))?;
        entries.ok_or_else(|| no_snapshot(name))
    }

    /// A blob of this archive, for a slot.
    pub(super) fn blob(&self, part: Part, file: Key, at: u64, head: Head) -> Arc<Blob> {
        self.medium.blob((part, file), at, head, &self.pool.lanes)
    }

    /// The blob of a key, wherever it is.
    pub(crate) fn find(&self, key: Key) -> Result<Option<Arc<Blob>>> {
        if let Some((_, head)) = self.files.blob_file(Part::Kept, key)? {
            return Ok(Some(self.blob(Part::Kept, key, 0, head)));
        }
        let known = self.known()?;
        match known.places.get(&key) {
            Some((spot, head)) => Ok(Some(self.blob_at(*spot, *head))),
            // A manifest that nobody can read may have it.
            None => known.check_all().map(|()| None),
        }
    }

    pub(super) fn blob_at(&self, spot: Spot, head: Head) -> Arc<Blob> {
        match spot {
            Spot::File => self.blob(Part::Objects, head.id, 0, head),
            Spot::Pack { pack, at } => self.blob(Part::Packs, pack, at, head),
        }
    }

    /// The length of a pack, if it is there.
    pub(super) fn pack_length(&self, pack: Key) -> Result<Option<u64>> {
        let file: Option<OpenFile> = self.files.folder(Part::Packs).open(&pack.to_string())?;
        Ok(file.map(|file| file.length()))
    }
}

impl Drop for Vault {
    /// Somebody else may own it from now on, and remove what blobs here are in: their files are kept open, so that
    /// they lose nothing. If those are too many, the blobs keep the archive owned.
    fn drop(&mut self) {
        if let Some(sitting) = self.owned.take() {
            if !self.files.root.has_marks() {
                sitting.doubt();
            }
            if !self.medium.hold_all() {
                self.medium.was_left(Some(sitting));
            }
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("files", &self.files).finish_non_exhaustive()
    }
}
