//! Whose a file is, by what it begins with.
//!
//! A name alone does not say that a file is the archive's own: `notes` may be a snapshot, or somebody's notes. What is
//! damaged is the archive's own still, so a file of its own is known by any one of several signs.

use forebay_store::{Error, ErrorKind, Result};

use super::bytes::{Bytes, OpenFile};
use super::files::Files;
use super::names::{self, SnapshotName};
use super::part::Part;
use crate::key::Key;

/// All heads of an archive begin so.
const KIND: &[u8] = b"forebay";
/// The length of each of them.
const HEAD: usize = 128;

/// What the archive's own files have at which place.
#[derive(Debug)]
pub(crate) struct Signs(Vec<(usize, Vec<u8>)>);

impl Signs {
    /// Of the manifest of a snapshot: the archive's id, and the snapshot's name where the body begins.
    pub(crate) fn of_manifest(archive: Key, name: &SnapshotName) -> Self {
        let length = u16::try_from(name.as_str().len()).unwrap_or(u16::MAX);
        let body = [&length.to_le_bytes(), name.as_str().as_bytes()].concat();
        Self(vec![(0, KIND.to_vec()), (16, archive.to_bytes().to_vec()), (HEAD, body)])
    }

    /// Of a file of blobs: its own key, or the archive's id before it.
    pub(crate) fn of_blobs(archive: Key, part: Part, key: Key) -> Self {
        let (archive, key) = (archive.to_bytes().to_vec(), key.to_bytes().to_vec());
        let kind = (0, KIND.to_vec());
        Self(match part {
            Part::Kept | Part::Objects => vec![kind, (16, key)],
            Part::Packs => vec![kind, (16, archive), (32, key)],
        })
    }

    /// Whether it has three quarters of one of them, or has lost its head: it is empty, or begins with zeros. What has
    /// none is somebody else's, and is never touched.
    pub(crate) fn are_in(&self, file: &OpenFile) -> Result<bool> {
        let mut bytes = [0; HEAD + 2 + SnapshotName::MAX];
        let length = usize::try_from(file.length()).unwrap_or(usize::MAX).min(bytes.len());
        let bytes = &mut bytes[..length];
        file.read_at(0, bytes)?;
        let is_there = |(at, sign): &(usize, Vec<u8>)| {
            let there = bytes.get(*at..).unwrap_or_default();
            let same = there.iter().zip(sign).filter(|(one, other)| one == other).count();
            4 * same >= 3 * sign.len()
        };
        Ok(bytes.iter().take(HEAD).all(|byte| *byte == 0) || self.0.iter().any(is_there))
    }
}

impl Files {
    /// Whether a file that is there, in the folder of manifests, is none of the archive's own, although it has the
    /// name of the manifest of `of`, finished or not. What cannot be read is taken for its own.
    pub(crate) fn is_strange(&self, file: &str, of: &SnapshotName) -> Result<bool> {
        let folder = self.snapshots();
        if !folder.plain_files()?.iter().any(|found| found == file) {
            return Ok(true);
        }
        let file = match folder.open(file) {
            Ok(Some(file)) => file,
            Err(error) if error.kind() == ErrorKind::Busy => return Err(error),
            Ok(None) | Err(_) => return Ok(false),
        };
        Ok(!Signs::of_manifest(self.id(), of).are_in(&file).unwrap_or(true))
    }

    /// Refuses a snapshot where somebody else has a file that would have to go for it.
    pub(crate) fn check_way(&self, name: &SnapshotName) -> Result<()> {
        let there = self.snapshots().list()?;
        for file in [name.to_string(), names::unfinished(name.as_str())] {
            if there.contains(&file) && self.is_strange(&file, name)? {
                let place = self.snapshots().place(&file);
                return Err(Error::refused(format!("{place} is somebody else's, and in the way")));
            }
        }
        Ok(())
    }
}
