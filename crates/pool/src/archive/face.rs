//! An archive, as its users see it.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_store::{Op, Result};

use super::commit::CommitOrder;
use super::errand::errand;
use super::item::Item;
use super::names::SnapshotName;
use super::open_archives::OpenArchives;
use super::report::{GcReport, KeptAll, Listed, Progress, SnapshotReport, Snapshots, Verified};
use super::settings::ArchiveSettings;
use super::vault::Vault;
use super::{listing, verifying};
use crate::inner::Inner;
use crate::key::Key;

/// A named durable place for objects: they outlive their pool, and the process. Cheap to clone.
///
/// An object is *kept* under its key, or *committed* with others under a name, all of them or nothing. Both
/// are durable when they are answered (G1): data first, then names, then the manifest.
///
/// One process owns an archive (G14), until the last clone of this is dropped; other processes may
/// [read](crate::Catalog) it. Its objects stay usable afterwards, whatever the next owner does: their files are kept
/// open. If they are too many, the archive stays owned until these objects are gone. Of the files in the directory only
/// those of the archive are ever touched.
///
/// # Errors
///
/// - `Unavailable` if the disk fails. After a failed sync of a folder every change is `Unavailable`, until the archive
///   is opened anew, which makes all its names anew.
/// - `Busy` if the disk is full, or if too many operations wait.
/// - `Unknown` if the last sync of a change has failed: the change may be durable or not.
/// - `Corrupt` if what is there is not what was written (G13).
///
/// # Cancel safety
///
/// An operation begins when it is awaited or waited for. From then on it goes on, although it is dropped.
#[derive(Clone)]
pub struct Archive {
    vault: Arc<Vault>,
}

impl Archive {
    /// So many objects of a commit are written at once, as far as the pool's lanes allow.
    const LIMIT: usize = 64;

    /// Blocks.
    pub(super) fn owned(
        pool: &Arc<Inner>,
        root: Arc<dyn Directory>,
        settings: ArchiveSettings,
    ) -> Result<Self> {
        Ok(Self { vault: OpenArchives::open(pool, root, settings)? })
    }

    /// Blocks.
    pub(super) fn to_read(pool: &Arc<Inner>, root: Arc<dyn Directory>) -> Result<Self> {
        Ok(Self { vault: Arc::new(Vault::look_at(pool, root)?) })
    }

    #[cfg(test)]
    pub(crate) fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// The pool of its objects.
    pub(crate) fn pool(&self) -> &Arc<Inner> {
        &self.vault.pool
    }

    /// The place of the archive: its directory.
    pub fn place(&self) -> String {
        self.vault.files.place()
    }

    /// Keeps an object under its key, which is the object's own until it changes. Keeping it twice is keeping
    /// it once. A large blob that is on the same file system is linked, not copied.
    ///
    /// # Cancel safety
    ///
    /// See [`Archive`]: once it has begun, it goes on although the operation is dropped.
    pub fn keep(&self, item: impl Into<Item>) -> Op<Key> {
        let item = item.into();
        self.errand(move |vault| vault.keep(&item))
    }

    /// Commits objects under a name. When this is answered all of them are durable; a commit that is cut off
    /// has changed nothing. What had that name before is replaced in one step. An object may have several names.
    /// The name of a snapshot is 1 to 200 of `A-Z a-z 0-9 . _ -`, without a dot at the beginning or `.tmp` at the end.
    ///
    /// While the commit runs it has a handle of each object: `get_mut` is `Refused`, `make_mut` copies.
    ///
    /// # Cancel safety
    ///
    /// See [`Archive`]: once it has begun, it goes on although the operation is dropped.
    pub fn commit<N, I>(
        &self,
        name: &str,
        items: impl IntoIterator<Item = (N, I)>,
    ) -> Op<SnapshotReport>
    where
        N: Into<String>,
        I: Into<Item>,
    {
        self.commit_at_most(name, items, Self::LIMIT)
    }

    /// Commits objects under a name, with at most `limit` of them under way at once. See [`commit`](Self::commit).
    ///
    /// # Cancel safety
    ///
    /// See [`Archive`]: once it has begun, it goes on although the operation is dropped.
    pub fn commit_at_most<N, I>(
        &self,
        name: &str,
        items: impl IntoIterator<Item = (N, I)>,
        limit: usize,
    ) -> Op<SnapshotReport>
    where
        N: Into<String>,
        I: Into<Item>,
    {
        let items = items.into_iter().map(|(name, item)| (name.into(), item.into()));
        let order = name.parse().and_then(|name| CommitOrder::new(name, items, limit.max(1)));
        match order {
            Ok(order) => self.errand(move |vault| vault.commit(&order)),
            Err(error) => Op::failed(error),
        }
    }

    /// Keeps many objects at the price of one. It commits them under a name of its own, `kept-` and a key, which the
    /// answer tells. Delete that snapshot as a whole; its objects cannot be deleted by their keys.
    ///
    /// # Cancel safety
    ///
    /// See [`Archive`]: once it has begun, it goes on although the operation is dropped.
    ///
    /// ```
    /// # fn main() -> forebay_store::Result<()> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("archive");
    /// use forebay_pool::{ByteSize, Pool};
    ///
    /// let pool = Pool::builder().memory(ByteSize::mib(1)).build()?;
    /// let archive = pool.archive(&path).wait()?;
    /// let objects = [pool.insert(vec![1u8]).wait()?, pool.insert(vec![2]).wait()?];
    /// let kept = archive.keep_all(&objects).wait()?;
    /// assert_eq!(kept.keys, objects.map(|object| object.key()));
    /// assert!(archive.delete_snapshot(&kept.snapshot).wait()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn keep_all<I: Into<Item>>(&self, items: impl IntoIterator<Item = I>) -> Op<KeptAll> {
        let items: Vec<Item> = items.into_iter().map(Into::into).collect();
        let name = format!("kept-{}", Key::draw(&*self.vault.pool.seams.random));
        let items = (0_u32..).zip(items).map(|(number, item)| (format!("{number:08}"), item));
        let order = name.parse().and_then(|name| CommitOrder::new(name, items, Self::LIMIT));
        let commit = move |vault: &Arc<Vault>, order: &CommitOrder| {
            let (_, changed) = vault.commit_keys(order)?;
            let keys = order.keys().map(|key| *changed.get(&key).unwrap_or(&key)).collect();
            Ok(KeptAll { snapshot: order.name.to_string(), keys })
        };
        match order {
            Ok(order) => self.errand(move |vault| commit(vault, &order)),
            Err(error) => Op::failed(error),
        }
    }

    /// The keys of all objects in the archive, ascending. An error if a snapshot is damaged, because its keys are unknown
    /// then; [`snapshots`](Self::snapshots) names it.
    pub fn keys(&self) -> Op<Vec<Key>> {
        self.errand(|vault| listing::keys(&vault.files, &*vault.known_anew()?))
    }

    /// Whether the archive has an object of that key.
    pub fn contains(&self, key: Key) -> Op<bool> {
        self.errand(move |vault| Ok(vault.find(key)?.is_some()))
    }

    /// The archive's snapshots: those that can be read, and those that cannot, with the reason.
    pub fn snapshots(&self) -> Op<Snapshots> {
        self.errand(|vault| Ok(listing::snapshots(&*vault.known_anew()?)))
    }

    /// What is in a snapshot, in the order of the names. `Invalid` if there is no such snapshot.
    pub fn items(&self, snapshot: &str) -> Op<Vec<Listed>> {
        self.with_name(snapshot, |vault, name| Ok(listing::items(&vault.entries(&name)?)))
    }

    /// Deletes what was kept under a key; `false` if nothing was. When this is answered it is gone for good. A program
    /// that has the object in use keeps it, and so does every snapshot.
    ///
    /// # Cancel safety
    ///
    /// See [`Archive`]: once it has begun, it goes on although the operation is dropped.
    pub fn delete(&self, key: Key) -> Op<bool> {
        self.errand(move |vault| vault.delete(key))
    }

    /// Deletes a snapshot, a damaged one, too; `false` if there is none, or only a foreign file of that name. Its objects
    /// go with the next [collection](Self::gc), if nothing else has them.
    ///
    /// # Cancel safety
    ///
    /// See [`Archive`]: once it has begun, it goes on although the operation is dropped.
    pub fn delete_snapshot(&self, snapshot: &str) -> Op<bool> {
        self.with_name(snapshot, |vault, name| vault.delete_snapshot(&name))
    }

    /// Removes what no snapshot has. What was kept stays. If a manifest is damaged nothing is removed.
    ///
    /// # Errors
    ///
    /// `Corrupt` if a snapshot is damaged. `Refused` if there is a file among the snapshots that may have been one, but does
    /// not look like one; the error names it. Such a file has a name that a snapshot may have, without a dot at the
    /// beginning, and 128 bytes or more. Move it elsewhere if it is something else, or remove it if what that snapshot had
    /// may go.
    ///
    /// # Cancel safety
    ///
    /// See [`Archive`]: once it has begun, it goes on although the operation is dropped.
    pub fn gc(&self) -> Op<GcReport> {
        self.errand(|vault| vault.collect(false))
    }

    /// Says what [`gc`](Self::gc) would remove.
    pub fn gc_dry_run(&self) -> Op<GcReport> {
        self.errand(|vault| vault.collect(true))
    }

    /// Reads the whole archive and checks each byte. Nothing is changed. `told` hears how far it is, after each file and
    /// each 4 MiB of one, and may break it off. It needs some 30 bytes of memory for each file and each entry.
    pub fn verify(
        &self,
        told: impl FnMut(Progress) -> ControlFlow<()> + Send + 'static,
    ) -> Op<Verified> {
        self.errand(move |vault| {
            let known = vault.known_anew()?;
            verifying::verify(&vault.files, &known, told)
        })
    }

    /// Makes the whole file system durable, with what every program has written to it. What is kept or committed is
    /// durable without it. If it fails, it is unknown what is durable, and every change is refused, in all archives of
    /// the pool, until each is opened anew.
    ///
    /// # Cancel safety
    ///
    /// See [`Archive`]: once it has begun, it goes on although the operation is dropped.
    pub fn sync_file_system(&self) -> Op<()> {
        self.errand(Vault::sync_file_system)
    }

    pub(super) fn errand<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Vault>) -> Result<T> + Send + 'static,
    ) -> Op<T> {
        let vault = Arc::clone(&self.vault);
        errand(&self.vault.pool.lanes, move || work(&vault))
    }

    pub(super) fn with_name<T: Send + 'static>(
        &self,
        name: &str,
        work: impl FnOnce(&Arc<Vault>, SnapshotName) -> Result<T> + Send + 'static,
    ) -> Op<T> {
        match name.parse::<SnapshotName>() {
            Ok(name) => self.errand(move |vault| work(vault, name)),
            Err(error) => Op::failed(error),
        }
    }
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Archive").field(&self.place()).finish()
    }
}
