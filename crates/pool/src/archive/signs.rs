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
pub(crate) struct Signs {
    signs: Vec<(usize, Vec<u8>)>,
    /// What has lost its head may begin with any byte over and over, not only with zeros.
    any_byte: bool,
}

impl Signs {
    /// Of the manifest of a snapshot: the archive's id, and the snapshot's name where the body begins.
    pub(crate) fn of_manifest(archive: Key, name: &SnapshotName) -> Self {
        let length = u16::try_from(name.as_str().len()).unwrap_or(u16::MAX);
        let body = [&length.to_le_bytes(), name.as_str().as_bytes()].concat();
        let signs = vec![(0, KIND.to_vec()), (16, archive.to_bytes().to_vec()), (HEAD, body)];
        Self { signs, any_byte: true }
    }

    /// Of a file of blobs: its own key, or the archive's id before it.
    pub(crate) fn of_blobs(archive: Key, part: Part, key: Key) -> Self {
        let (archive, key) = (archive.to_bytes().to_vec(), key.to_bytes().to_vec());
        let kind = (0, KIND.to_vec());
        let signs = match part {
            Part::Kept | Part::Objects => vec![kind, (16, key)],
            Part::Packs => vec![kind, (16, archive), (32, key)],
        };
        Self { signs, any_byte: false }
    }

    /// Whether it has three quarters of one of them, or has lost its head: it is empty, or begins with zeros, or with
    /// some other byte over and over. What has none is somebody else's, and is never touched.
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
        let filler = if self.any_byte && length >= HEAD { bytes[0] } else { 0 };
        let is_lost = bytes.iter().take(HEAD).all(|byte| *byte == filler);
        Ok(is_lost || self.signs.iter().any(is_there))
    }
}

impl Files {
    /// Whether a plain file that is there, in the folder of manifests, is none of the archive's own, although it has
    /// the name of the manifest of `of`, finished or not. What cannot be read is taken for its own.
    pub(crate) fn is_strange(&self, file: &str, of: &SnapshotName) -> Result<bool> {
        let file = match self.snapshots().open(file) {
            Ok(Some(file)) => file,
            Err(error) if error.kind() == ErrorKind::Busy => return Err(error),
            Ok(None) | Err(_) => return Ok(false),
        };
        Ok(!Signs::of_manifest(self.id(), of).are_in(&file).unwrap_or(true))
    }

    /// Refuses if there is a file without any sign that may be a manifest all of whose signs are lost: it is named so, and is
    /// long enough. A hidden one is somebody else's, as no new snapshot is named so.
    pub(crate) fn check_none_lost(&self, is_known: impl Fn(&SnapshotName) -> bool) -> Result<()> {
        let folder = self.snapshots();
        for name in folder.plain_files()? {
            let Ok(of) = name.parse::<SnapshotName>() else { continue };
            if of.is_hidden() || is_known(&of) {
                continue;
            }
            let Some(file) = folder.open(&name)? else { continue };
            let is_strange = !Signs::of_manifest(self.id(), &of).are_in(&file).unwrap_or(true);
            if is_strange && file.length() >= HEAD as u64 {
                let advice = "move it elsewhere if it was none, or remove it if its objects may go";
                let place = file.place();
                return Err(Error::refused(format!(
                    "{place} may have been a snapshot, without any sign of it now: {advice}"
                )));
            }
        }
        Ok(())
    }

    /// Refuses a snapshot where somebody else has a file that would have to go for it.
    pub(crate) fn check_way(&self, name: &SnapshotName) -> Result<()> {
        let (there, plain) = (self.snapshots().list()?, self.snapshots().plain_files()?);
        for file in [name.to_string(), names::unfinished(name.as_str())] {
            if there.contains(&file) && (!plain.contains(&file) || self.is_strange(&file, name)?) {
                let place = self.snapshots().place(&file);
                return Err(Error::refused(format!("{place} is somebody else's, and in the way")));
            }
        }
        Ok(())
    }
}
