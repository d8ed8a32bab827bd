//! The files of an archive.

use std::fmt;
use std::io;
use std::sync::Arc;

use forebay_journal::disk::are_files_used_up;
use forebay_store::{Error, Result};

use super::bytes::{Bytes, OpenFile};
use super::failure::failed;
use super::folder::Folder;
use super::identity::Identity;
use super::part::Part;
use super::root::Root;
use crate::blob::{HEAD, Head};
use crate::key::Key;

/// The files of an archive.
pub(crate) struct Files {
    pub(super) root: Arc<Root>,
    pub(super) identity: Identity,
    pub(super) parts: [Folder; 3],
    pub(super) snapshots: Folder,
}

impl Files {
    pub(crate) fn id(&self) -> Key {
        self.identity.id
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn folder(&self, part: Part) -> &Folder {
        &self.parts[part as usize]
    }

    pub(crate) fn snapshots(&self) -> &Folder {
        &self.snapshots
    }

    /// Where it is, for messages.
    pub(crate) fn place(&self) -> String {
        self.root.place().to_owned()
    }

    /// Refuses every change once a sync of a folder has failed.
    pub(crate) fn check(&self) -> Result<()> {
        self.parts.iter().try_for_each(Folder::check)?;
        self.snapshots.check()
    }

    /// The blob file of a key and its head, if it is there. `Corrupt` if it is not what its name says.
    pub(crate) fn blob_file(&self, part: Part, key: Key) -> Result<Option<(OpenFile, Head)>> {
        let Some(file) = self.folder(part).open(&key.to_string())? else { return Ok(None) };
        let mut bytes = [0; HEAD];
        file.read_at(0, &mut bytes)?;
        let head =
            Head::from_bytes(&bytes).map_err(|error| super::failure::at(file.place(), &error))?;
        let end = u64::from(head.offset).checked_add(head.stored);
        if head.id == key && end.is_some_and(|end| end <= file.length()) {
            return Ok(Some((file, head)));
        }
        let (place, id, length) = (file.place(), head.id, file.length());
        let message = format!("{place} has {length} bytes, and the head of blob {id}");
        Err(Error::corrupt(message))
    }

    /// Syncs the whole file system, with what others have written to it. A failure is one of each folder.
    pub(crate) fn sync_file_system(&self) -> Result<()> {
        let synced = self.root.directory().sync_file_system();
        synced.map_err(|error| {
            if error.kind() == io::ErrorKind::Unsupported {
                return Error::unsupported("no whole file system can be synced here");
            }
            if are_files_used_up(&error) {
                return failed("sync the file system of", &self.place(), error);
            }
            let error = failed("sync the file system of", &self.place(), error);
            self.distrust(&error);
            error
        })
    }

    /// A sync of the whole file system has failed: every change is refused until it is opened anew.
    pub(crate) fn distrust(&self, error: &Error) {
        self.root.raise_doubt();
        self.parts.iter().chain([&self.snapshots]).for_each(|folder| folder.distrust(error));
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Files").field(&self.root.place()).finish()
    }
}
