//! Opens the objects of an archive.

use std::sync::Arc;

use forebay_store::{Error, ErrorKind, Op, Result};

use super::catalog::{Known, Manifest};
use super::face::Archive;
use super::names::SnapshotName;
use super::vault::Vault;
use crate::blob::expected;
use crate::handle::Handle;
use crate::key::Key;
use crate::object::Object;
use crate::slot::{Blob, Slot};

/// Objects.
///
/// What is opened is not loaded before it is used. A key that is opened twice, or is still there from when
/// it was kept, is the same object: one copy in memory. Dropping one of these operations only drops the handle.
impl Archive {
    /// Opens an object by its key.
    ///
    /// # Errors
    ///
    /// `Invalid` if it is not there, or is of another type; `Busy` if the pool has as many objects as it may.
    ///
    /// ```
    /// # fn main() -> forebay_store::Result<()> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("archive");
    /// use forebay_pool::{ByteSize, Handle, Pool};
    ///
    /// let pool = Pool::builder().memory(ByteSize::mib(1)).build()?;
    /// let archive = pool.archive(&path).wait()?;
    /// let key = archive.keep(&pool.insert(vec![1u8, 2, 3]).wait()?).wait()?;
    /// # drop(archive);
    ///
    /// // A later process:
    /// let pool = Pool::builder().memory(ByteSize::mib(1)).build()?;
    /// let archive = pool.archive(&path).wait()?;
    /// let numbers: Handle<Vec<u8>> = archive.open(key).wait()?;
    /// assert_eq!(*numbers.get().wait()?, [1, 2, 3]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn open<T: Object>(&self, key: Key) -> Op<Handle<T>> {
        self.errand(move |vault| vault.open(key)?.ok_or_else(|| not_there(vault, key)))
    }

    /// Opens an object by its key; `None` if it is not there. See [`open`](Self::open).
    pub fn find<T: Object>(&self, key: Key) -> Op<Option<Handle<T>>> {
        self.errand(move |vault| vault.open(key))
    }

    /// Opens many objects, in one pass over what the manifests say.
    pub fn open_all<T: Object>(&self, keys: &[Key]) -> Op<Vec<Handle<T>>> {
        let keys = keys.to_vec();
        self.errand(move |vault| vault.open_all(&keys))
    }

    /// Opens an object by its name in a snapshot. `Invalid` if there is no such snapshot, or no such name.
    pub fn open_in<T: Object>(&self, snapshot: &str, name: &str) -> Op<Handle<T>> {
        let name = name.to_owned();
        self.with_name(snapshot, move |vault, snapshot| vault.open_in(&snapshot, &name))
    }
}

impl Vault {
    fn open<T: Object>(&self, key: Key) -> Result<Option<Handle<T>>> {
        let blob = self.secured(|| self.find(key))?;
        blob.map(|blob| self.handle(&blob)).transpose()
    }

    fn open_all<T: Object>(&self, keys: &[Key]) -> Result<Vec<Handle<T>>> {
        let known = self.known()?;
        let one = |key: &Key| {
            let found = known.places.get(key);
            if let Some(blob) = found.map(|(spot, head)| self.blob_at(*spot, *head))
                && self.secure(&blob)?
            {
                return self.handle(&blob);
            }
            let found = self.secured(|| self.find(*key))?;
            self.handle(&found.ok_or_else(|| not_there(self, *key))?)
        };
        keys.iter().map(one).collect()
    }

    fn open_in<T: Object>(&self, snapshot: &SnapshotName, name: &str) -> Result<Handle<T>> {
        let no_name = || Error::invalid(format!("there is no `{name}` in `{snapshot}`"));
        let found = self.secured(|| {
            let entries = self.entries(snapshot)?;
            let place = entries.binary_search_by(|entry| (*entry.name).cmp(name));
            let entry = &entries[place.map_err(|_| no_name())?];
            Ok(Some(self.blob_at(entry.spot, entry.head)))
        })?;
        self.handle(&found.ok_or_else(no_name)?)
    }

    /// The object of a blob: the one that has its key already, or a new one that is spilled there.
    fn handle<T: Object>(&self, blob: &Arc<Blob>) -> Result<Handle<T>> {
        let key = blob.head.id;
        let checked = expected::<T>(Some(key)).check(&blob.head);
        checked.map_err(|error| self.with_type_name::<T>(key, error))?;
        self.pool.known.get_or(key, || {
            self.pool.admit()?;
            Ok(Slot::spilled(&self.pool, Arc::clone(blob)))
        })
    }

    /// The manifest knows the name of the type that it has.
    fn with_type_name<T: Object>(&self, key: Key, error: Error) -> Error {
        if error.kind() != ErrorKind::Invalid {
            return error;
        }
        let known = self.known().ok();
        let Some(name) = known.as_ref().and_then(|known| type_name(known, key)) else {
            return error;
        };
        Error::invalid(format!("{key} is a `{name}`, not a `{}`", T::NAME)).with_source(error)
    }
}

fn type_name(known: &Known, key: Key) -> Option<&str> {
    let mut entries = known.manifests.values().filter_map(|manifest| match manifest {
        Manifest::Read { entries, .. } => entries.iter().find(|entry| entry.head.id == key),
        Manifest::Unreadable(_) => None,
    });
    entries.next().map(|entry| &*entry.type_name)
}

fn not_there(vault: &Vault, key: Key) -> Error {
    Error::invalid(format!("{} has no object {key}", vault.files.place()))
}
