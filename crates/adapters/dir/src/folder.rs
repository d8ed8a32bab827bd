//! The directory as bytes: what lies where, and how a file gets there.
//!
//! | path | what |
//! |---|---|
//! | `LOCK` | the process id of the owner, locked while it lives |
//! | `FORMAT` | the version and the codecs, see `marker` |
//! | `00` to `ff` | the folders of entries, see `name` and `entry` |
//! | `tmp/t-*` | entries that are being written; swept when the directory is opened |
//!
//! Everything else in the directory is somebody else's and is never touched.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use forebay_store::seam::OwnerLock;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicU64, Ordering};
use forebay_store::{Error, Result};

use crate::entry::{self, Entry};
use crate::fs;
use crate::marker;
use crate::name::{Name, shard_folder};

#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    temporary: PathBuf,
    temporaries: AtomicU64,
    /// The shards whose folders are known to be there, on the device.
    shards: Mutex<BTreeSet<u8>>,
    _lock: OwnerLock,
}

/// Whose the file under the name of a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// There is none.
    Nobody,
    /// The key's own, damaged or not.
    Key,
    /// Another key's with the same hash.
    Other,
}

impl Folder {
    /// Opens or makes the directory, takes its lock, checks its format and sweeps what a crash
    /// left.
    pub(crate) fn open(root: &Path, key_codec: &str, value_codec: &str) -> Result<Self> {
        let failed = |source| unavailable("open the directory", root, source);
        let temporary = root.join("tmp");
        let is_new = fs::make_folder(root).map_err(failed)?;
        refuse_foreign(root).map_err(failed)??;
        let lock = OwnerLock::take(&root.join("LOCK"))?;
        fs::make_folder(&temporary).map_err(failed)?;
        // Only now: before the lock they could have been another owner's.
        sweep(&temporary).map_err(failed)?;
        let folder = Self {
            root: root.to_owned(),
            temporary,
            temporaries: AtomicU64::new(0),
            shards: Mutex::default(),
            _lock: lock,
        };
        folder.check_marker(key_codec, value_codec)?;
        fs::sync_folder(root).map_err(failed)?;
        if let Some(above) = root.parent().filter(|above| is_new && above.is_dir()) {
            fs::sync_folder(above).map_err(failed)?;
        }
        Ok(folder)
    }

    fn check_marker(&self, key_codec: &str, value_codec: &str) -> Result<()> {
        let path = self.root.join("FORMAT");
        let found = fs::read(&path).map_err(|error| unavailable("read", &path, error))?;
        let Some(found) = found else {
            let text = marker::text(key_codec, value_codec);
            return self
                .publish(text.as_bytes(), &path)
                .map_err(|error| unavailable("write", &path, error));
        };
        marker::check(&found, key_codec, value_codec).map_err(|error| {
            let root = self.root.display();
            Error::invalid(format!("open the directory {root}: {error}"))
        })
    }

    pub(crate) fn path(&self, name: &Name) -> PathBuf {
        self.shard(name.shard).join(&name.file)
    }

    pub(crate) fn shard(&self, shard: u8) -> PathBuf {
        self.root.join(shard_folder(shard))
    }

    /// Shows the value of `key`, if there is one, to `decode`.
    pub(crate) fn load<V>(
        &self,
        key: &[u8],
        decode: impl FnOnce(&[u8]) -> Result<V>,
    ) -> Result<Option<V>> {
        let name = Name::of(key);
        let path = self.path(&name);
        let file = fs::read(&path).map_err(|error| unavailable("read", &path, error))?;
        let Some(file) = file else { return Ok(None) };
        let entry = decoded(&path, &file)?;
        if entry.key == key {
            return decode(entry.value).map(Some).map_err(|error| corrupt(&path, error));
        }
        // Two long keys may share a hash, but no two keys share a readable name.
        if name.is_hashed() { Ok(None) } else { Err(corrupt(&path, "it holds another key")) }
    }

    pub(crate) fn holder(&self, name: &Name, key: &[u8]) -> io::Result<Holder> {
        let path = self.path(name);
        if !name.is_hashed() {
            return Ok(if fs::exists(&path)? { Holder::Key } else { Holder::Nobody });
        }
        let Some(file) = fs::read(&path)? else { return Ok(Holder::Nobody) };
        match entry::decode(&file) {
            Ok(entry) if entry.key != key => Ok(Holder::Other),
            // Writing over damage mends it.
            _ => Ok(Holder::Key),
        }
    }

    /// Puts a file under a name, whole or not at all. It is durable after [`sync`](Self::sync).
    pub(crate) fn put(&self, name: &Name, file: &[u8]) -> io::Result<()> {
        self.make_shard(name.shard)?;
        let published = self.publish(file, &self.path(name));
        if published.is_err() {
            // Perhaps somebody removed the folder: look again next time.
            self.shards.lock().remove(&name.shard);
        }
        published
    }

    /// Makes the folder of a shard. Nobody writes into it before its name is on the device, or a
    /// power cut could take the folder and what was stored in it.
    fn make_shard(&self, shard: u8) -> io::Result<()> {
        let mut shards = self.shards.lock();
        if !shards.contains(&shard) {
            fs::make_folder(&self.shard(shard))?;
            fs::sync_folder(&self.root)?;
            shards.insert(shard);
        }
        Ok(())
    }

    /// Takes the file away. It is durable after [`sync`](Self::sync).
    pub(crate) fn remove(&self, name: &Name) -> io::Result<()> {
        fs::remove(&self.path(name))
    }

    /// Makes what was put and removed in a shard durable.
    pub(crate) fn sync(&self, shard: u8) -> io::Result<()> {
        match fs::sync_folder(&self.shard(shard)) {
            // Nothing was ever put there.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            synced => synced,
        }
    }

    fn publish(&self, file: &[u8], path: &Path) -> io::Result<()> {
        let number = self.temporaries.fetch_add(1, Ordering::Relaxed);
        let temporary = self.temporary.join(format!("t-{number:016x}"));
        fs::write_synced(&temporary, file)?;
        fs::publish(&temporary, path)
    }
}

/// A directory with something in it that was never a store's is not made one. What the making of a
/// store leaves when it is cut off may be there.
fn refuse_foreign(root: &Path) -> io::Result<Result<()>> {
    if fs::exists(&root.join("FORMAT"))? {
        return Ok(Ok(()));
    }
    let foreign = fs::names(root)?.into_iter().find(|name| name != "LOCK" && name != "tmp");
    Ok(foreign.map_or(Ok(()), |name| {
        let message = format!(
            "{} is not empty (it has {name}) and is not a directory store: choose another place",
            root.display()
        );
        Err(Error::invalid(message))
    }))
}

/// Removes what a crash left half-written.
fn sweep(temporary: &Path) -> io::Result<()> {
    for name in fs::names(temporary)? {
        let number = name.strip_prefix("t-").unwrap_or_default();
        if number.len() == 16 && number.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            fs::remove(&temporary.join(name))?;
        }
    }
    Ok(())
}

pub(crate) fn decoded<'a>(path: &Path, file: &'a [u8]) -> Result<Entry<'a>> {
    entry::decode(file).map_err(|what| corrupt(path, what))
}

pub(crate) fn corrupt(path: &Path, what: impl std::fmt::Display) -> Error {
    Error::corrupt(format!("the entry {} is damaged: {what}", path.display()))
}

pub(crate) fn unavailable(what: &str, path: &Path, source: io::Error) -> Error {
    Error::unavailable(format!("{what} {}", path.display())).with_source(source)
}
