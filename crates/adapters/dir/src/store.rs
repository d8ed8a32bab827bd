//! The store: typed keys and values over the directory of bytes.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

use forebay_store::{
    Batch, BlockingStore, Capabilities, Codec, Condition, Cursor, Edit, Error, Key, Outcome, Page,
    Postcard, Result, Value, WriteOp,
};

use crate::entry;
use crate::folder::{Folder, Holder, corrupt, decoded, unavailable};
use crate::name::Name;
use crate::pages;

/// A [`BlockingStore`] that keeps each key in a file of its own.
///
/// - A write is stored when its file and its folder are on the device. A batch is not atomic:
///   after a crash some of its writes may be there and others not, each of them whole.
/// - A file that fails its check is [`Corrupt`](forebay_store::ErrorKind::Corrupt) for its key and
///   never served; writing or deleting the key mends it.
/// - Conditions are honoured, dates of expiry are not.
/// - A scan lists a folder anew for each page: ask for pages of some hundred entries.
///
/// One process owns the directory; a second one, or a second store, is refused with the owner's
/// process id. Files that are not the store's own are left alone.
pub struct DirStore<K, V, C = Postcard> {
    folder: Folder,
    codec: C,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K: Key, V: Value> DirStore<K, V>
where
    Postcard: Codec<K> + Codec<V>,
{
    /// Opens the directory at `path`, which is made if need be. Keys and values are written as
    /// postcard.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path, Postcard)
    }
}

impl<K: Key, V: Value, C: Codec<K> + Codec<V>> DirStore<K, V, C> {
    /// Opens the directory at `path`, which is made if need be. A directory that was written with
    /// another codec is [`Invalid`](forebay_store::ErrorKind::Invalid).
    pub fn open_with(path: impl AsRef<Path>, codec: C) -> Result<Self> {
        let (key_codec, value_codec) = (Codec::<K>::name(&codec), Codec::<V>::name(&codec));
        let folder = Folder::open(path.as_ref(), key_codec, value_codec)?;
        Ok(Self { folder, codec, types: PhantomData })
    }

    /// Publishes or removes one file. Gives the folder that is to be synced for it, if any.
    fn write(&self, op: &WriteOp<K, V>) -> Result<Option<u8>, Outcome> {
        let key = self.codec.encode(&op.key).map_err(Outcome::Refused)?;
        let name = Name::of(&key);
        let holder = if name.is_hashed() || op.condition != Condition::Always {
            self.folder.holder(&name, &key).map_err(|error| self.retry("read", &name, error))?
        } else {
            Holder::Key
        };
        match op.condition {
            Condition::Always => {}
            Condition::Absent if holder != Holder::Key => {}
            Condition::Present if holder == Holder::Key => {}
            Condition::Absent => return Err(refused("the key is present already")),
            Condition::Present => return Err(refused("the key is absent")),
            _ => return Err(refused("this store does not know this condition")),
        }
        match &op.edit {
            Edit::Put { .. } if holder == Holder::Other => {
                return Err(refused("another key has the same hash"));
            }
            Edit::Put { value, .. } => {
                let value = self.codec.encode(value).map_err(Outcome::Refused)?;
                let Some(file) = entry::encode(&key, &value) else {
                    return Err(refused("the key is too long"));
                };
                let put = self.folder.put(&name, &file);
                put.map_err(|error| self.retry("write", &name, error))?;
            }
            Edit::Delete if holder == Holder::Other => return Ok(None),
            Edit::Delete => {
                let removed = self.folder.remove(&name);
                removed.map_err(|error| self.retry("remove", &name, error))?;
            }
        }
        Ok(Some(name.shard))
    }

    fn retry(&self, what: &str, name: &Name, error: std::io::Error) -> Outcome {
        Outcome::Retry(unavailable(what, &self.folder.path(name), error))
    }
}

fn refused(why: &'static str) -> Outcome {
    Outcome::Refused(Error::refused(why))
}

impl<K: Key, V: Value, C: Codec<K> + Codec<V>> BlockingStore<K, V> for DirStore<K, V, C> {
    fn capabilities(&self) -> Capabilities {
        let mut declared = Capabilities::default();
        declared.concurrency = 16;
        declared.conditional = true;
        declared.scan = true;
        declared
    }

    fn load(&self, keys: &[K]) -> Result<Vec<Option<V>>> {
        let load = |key| {
            let key = self.codec.encode(key)?;
            self.folder.load(&key, |value| self.codec.decode(value))
        };
        keys.iter().map(load).collect()
    }

    fn apply(&self, batch: &Batch<K, V>) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::with_capacity(batch.ops.len());
        let mut to_sync: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
        for (position, op) in batch.ops.iter().enumerate() {
            let written = self.write(op);
            if let Ok(Some(shard)) = written {
                to_sync.entry(shard).or_default().push(position);
            }
            outcomes.push(written.err().unwrap_or(Outcome::Stored));
        }
        for (shard, positions) in to_sync {
            if let Err(error) = self.folder.sync(shard) {
                let path = self.folder.shard(shard);
                let message = format!("sync {}; the write may be lost", path.display());
                let unknown = Outcome::Unknown(Error::unknown(message).with_source(error));
                for position in positions {
                    outcomes[position] = unknown.clone();
                }
            }
        }
        Ok(outcomes)
    }

    fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<K, V>> {
        let after = cursor.map(pages::name).transpose()?;
        let page = self.folder.page(after.as_ref(), limit.max(1))?;
        let mut entries = Vec::with_capacity(page.files.len());
        for (name, file) in page.files {
            let path = self.folder.path(&name);
            let entry = decoded(&path, &file)?;
            if Name::of(entry.key) != name {
                return Err(corrupt(&path, "it holds another key"));
            }
            let key = self.codec.decode(entry.key).map_err(|error| corrupt(&path, error))?;
            let value = self.codec.decode(entry.value).map_err(|error| corrupt(&path, error))?;
            entries.push((key, value));
        }
        Ok(Page { entries, next: page.next.as_ref().map(pages::cursor) })
    }

    fn count(&self) -> Result<u64> {
        self.folder.count()
    }
}

impl<K, V, C> fmt::Debug for DirStore<K, V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirStore").field("folder", &self.folder).finish_non_exhaustive()
    }
}
