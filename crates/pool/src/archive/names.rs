//! The names in an archive's folders.

use std::fmt;
use std::str::FromStr;

use forebay_store::{Error, Result};

use super::root::FOLDERS;
use crate::key::Key;

/// Ends the name of a file that is being written.
const CUT_OFF: &str = ".tmp";

/// The name of a snapshot: it is the name of a file, everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SnapshotName(Box<str>);

impl SnapshotName {
    /// The longest.
    pub(crate) const MAX: usize = 200;

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it begins with a dot, as the files do that others put everywhere. No new one does.
    pub(crate) fn is_hidden(&self) -> bool {
        self.0.starts_with('.')
    }
}

impl FromStr for SnapshotName {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let is_name = (1..=Self::MAX).contains(&name.len())
            && name.bytes().all(is_plain)
            && name != "."
            && name != ".."
            && !name.ends_with(CUT_OFF);
        if is_name {
            return Ok(Self(name.into()));
        }
        Err(Error::invalid(format!(
            "`{name}` is no name for a snapshot: 1 to {} of A-Z a-z 0-9 . _ -, not ending in {CUT_OFF}",
            Self::MAX
        )))
    }
}

impl fmt::Display for SnapshotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a file system that folds case may take a new snapshot of this name for one that is being written.
pub(crate) fn looks_unfinished(name: &SnapshotName) -> bool {
    name.0.to_ascii_lowercase().ends_with(CUT_OFF)
}

/// The name of a file while it is being written.
pub(crate) fn unfinished(name: &str) -> String {
    format!("{name}{CUT_OFF}")
}

/// Whether a file of this name, in a folder of blobs, was being written.
pub(crate) fn is_unfinished_key(name: &str) -> bool {
    name.strip_suffix(CUT_OFF).is_some_and(|name| key(name).is_some())
}

/// The snapshot that a file of this name, in the folder of manifests, was being written for.
pub(crate) fn unfinished_snapshot(name: &str) -> Option<SnapshotName> {
    name.strip_suffix(CUT_OFF)?.parse().ok()
}

/// Whether a file of this name, in that folder, is the archive's own or was being written.
pub(crate) fn is_ours(folder: &str, name: &str) -> bool {
    if folder == FOLDERS[3] {
        return name.parse::<SnapshotName>().is_ok() || unfinished_snapshot(name).is_some();
    }
    key(name).is_some() || is_unfinished_key(name)
}

/// As [`is_ours`], and no stranger has such a name: a finished manifest's may be one.
pub(crate) fn is_surely_ours(folder: &str, name: &str) -> bool {
    is_ours(folder, name) && (folder != FOLDERS[3] || unfinished_snapshot(name).is_some())
}

/// The key that a file's name is, if it is one of ours.
pub(crate) fn key(name: &str) -> Option<Key> {
    name.parse().ok()
}

/// A folder that is made anew: the names that the new one has before it takes its place, and the old one
/// afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Aside {
    pub(crate) folder: &'static str,
    pub(crate) id: Key,
}

impl Aside {
    const COMING: &str = ".new";
    const GONE: &str = ".old";

    /// The name of the new one.
    pub(crate) fn coming(&self) -> String {
        format!("{}.{}{}", self.folder, self.id, Self::COMING)
    }

    /// The name of the old one.
    pub(crate) fn gone(&self) -> String {
        format!("{}.{}{}", self.folder, self.id, Self::GONE)
    }

    /// What went aside under that name.
    pub(crate) fn gone_as(name: &str) -> Option<Self> {
        Self::parse(name.strip_suffix(Self::GONE)?)
    }

    /// What was to come under that name.
    fn coming_as(name: &str) -> Option<Self> {
        Self::parse(name.strip_suffix(Self::COMING)?)
    }

    /// Whether a folder of that name was to take the place of another one.
    pub(crate) fn is_coming(name: &str) -> bool {
        Self::coming_as(name).is_some()
    }

    /// What went aside or was to come under that name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::coming_as(name).or_else(|| Self::gone_as(name))
    }

    /// Whether a folder of that name is the old or the new one of one that was made anew.
    pub(crate) fn is_one(name: &str) -> bool {
        Self::of(name).is_some()
    }

    fn parse(name: &str) -> Option<Self> {
        let (folder, id) = name.split_once('.')?;
        let folder = FOLDERS.into_iter().find(|known| *known == folder)?;
        Some(Self { folder, id: key(id)? })
    }
}
