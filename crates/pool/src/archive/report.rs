//! What operations on archives say.

use std::fmt;

use forebay_store::{Error, Result};

use super::part::Part;
use crate::key::Key;

/// What a commit has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SnapshotReport {
    /// The names in the snapshot.
    pub objects: u64,
    /// Bytes of its blobs, each counted once.
    pub bytes: u64,
    /// Bytes of them that were written for it. The others were there, or were linked.
    pub written: u64,
}

/// What was kept at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAll {
    /// The snapshot that it is in: to delete that is to delete all of it.
    pub snapshot: String,
    /// The keys of the objects, in the order in which they were given.
    pub keys: Vec<Key>,
}

/// What is in a snapshot, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Its name.
    pub name: String,
    /// The number of the snapshot: each has a higher one than those before.
    pub sequence: u64,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub made: u64,
    /// The names in it.
    pub objects: u64,
    /// Bytes of its blobs.
    pub bytes: u64,
}

/// The snapshots of an archive.
#[derive(Clone, Debug, Default)]
pub struct Snapshots {
    /// The snapshots that can be read, in the order of their names.
    pub whole: Vec<Snapshot>,
    /// The snapshots that cannot be read, in the order of their names. A damaged one hides none of the others.
    pub damaged: Vec<DamagedSnapshot>,
}

impl Snapshots {
    /// All snapshots, or the error of the first that cannot be read.
    ///
    /// # Errors
    ///
    /// That of [`DamagedSnapshot::error`].
    pub fn all(self) -> Result<Vec<Snapshot>> {
        self.damaged.into_iter().next().map_or(Ok(self.whole), |damaged| Err(damaged.error))
    }

    /// Whether there is no snapshot, damaged or not.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.damaged.is_empty()
    }
}

/// A snapshot that cannot be read. [`delete_snapshot`](crate::Archive::delete_snapshot) removes it by its name.
#[derive(Clone, Debug)]
pub struct DamagedSnapshot {
    /// Its name.
    pub name: String,
    /// Why, and where: `Corrupt` if it is not as it was written, `Unavailable` if the disk does not give it,
    /// `Unsupported` if a later release has written it.
    pub error: Error,
}

/// An object in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name in the snapshot.
    pub name: String,
    /// Its key.
    pub key: Key,
    /// The name of its type when it was written.
    pub type_name: String,
    /// Bytes of its blob.
    pub bytes: u64,
    /// Bytes that it took in memory when it was written.
    pub weight: u64,
}

/// What a collection of garbage has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GcReport {
    /// Files that were removed, or would be.
    pub removed: u64,
    /// The bytes of these files.
    pub bytes: u64,
    /// Files that stay until the next time, because too many are kept open for objects in use.
    pub in_use: u64,
    /// Files that are not the archive's: they are never touched.
    pub strangers: u64,
    /// Packs of which less than half is used.
    pub half_dead_packs: u64,
}

/// What is in an archive's folders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// Objects that were kept.
    pub kept: u64,
    /// Bytes of their files.
    pub kept_bytes: u64,
    /// Objects of snapshots that have a file of their own.
    pub objects: u64,
    /// Bytes of their files.
    pub object_bytes: u64,
    /// Packs.
    pub packs: u64,
    /// Their bytes.
    pub pack_bytes: u64,
    /// Snapshots, damaged ones included.
    pub snapshots: u64,
    /// Snapshots that cannot be read.
    pub damaged_snapshots: u64,
    /// Files that no snapshot refers to, unless a snapshot is damaged.
    pub garbage: u64,
    /// Their bytes.
    pub garbage_bytes: u64,
    /// Files that are none of the archive's.
    pub strangers: u64,
}

impl Stock {
    pub(super) fn add(&mut self, part: Part, length: u64) {
        let (count, bytes) = match part {
            Part::Kept => (&mut self.kept, &mut self.kept_bytes),
            Part::Objects => (&mut self.objects, &mut self.object_bytes),
            Part::Packs => (&mut self.packs, &mut self.pack_bytes),
        };
        *count += 1;
        *bytes += length;
    }
}

/// How far a verification is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that were checked.
    pub done: u64,
    /// Bytes in all, as far as it is known.
    pub total: u64,
    /// Blobs that were checked.
    pub objects: u64,
}

/// What a verification has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Blobs that are good.
    pub objects: u64,
    /// Bytes that were checked.
    pub bytes: u64,
    /// What is not as it was written.
    pub damaged: Vec<Damage>,
    /// What a snapshot refers to, and is not there.
    pub missing: Vec<Missing>,
    /// Blobs and packs that nothing refers to: the next collection removes them.
    pub garbage: u64,
    /// Files that are none of the archive's.
    pub strangers: u64,
    /// It was broken off before the end.
    pub is_cut_off: bool,
}

impl Verified {
    /// Nothing is damaged and nothing is missing, as far as was looked.
    pub fn is_good(&self) -> bool {
        self.damaged.is_empty() && self.missing.is_empty()
    }
}

/// A file that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Which.
    pub path: String,
    /// What is wrong with it, and where.
    pub what: String,
}

/// An object of a snapshot that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The snapshot.
    pub snapshot: String,
    /// The object's name in it.
    pub name: String,
    /// The object's key.
    pub key: Key,
    /// The file that is not there, or does not have it.
    pub path: String,
}

impl Damage {
    /// Of a file that cannot be read. What names the file says so once.
    pub(super) fn of(path: String, error: &Error) -> Self {
        let chain = error.chain();
        let what = chain.strip_prefix(&format!("{path}: ")).unwrap_or(&chain).replace(&path, "it");
        Self { path, what }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}
