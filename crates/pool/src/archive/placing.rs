//! Puts the blob of an object into a folder of the archive.

use forebay_store::{Error, Result};

use super::file_pen::FilePen;
use super::linking::Link;
use super::medium::{Intake, NewFile, Taken};
use super::part::Part;
use super::vault::Vault;
use crate::blob::{HEAD, Head, copy_blob};
use crate::budget::Purpose;
use crate::handle::{Content, Keepable};
use crate::key::Key;
use crate::medium::Medium;

/// Where the blob of an object was put.
#[derive(Debug)]
pub(super) enum Placed {
    /// It has its name in the folder, and its bytes are durable.
    Named(Head),
    /// As [`Named`](Self::Named), written from memory: the slot has no blob yet.
    New(Head),
    /// As [`Named`](Self::Named), copied from another blob.
    Copied(Head),
    /// It is small and is nowhere yet: head and payload, and whether they are from memory.
    Small(Head, Vec<u8>, bool),
}

impl Placed {
    /// The head of the blob.
    pub(super) fn head(&self) -> Head {
        match self {
            Self::Named(head) | Self::New(head) | Self::Copied(head) | Self::Small(head, ..) => {
                *head
            }
        }
    }

    /// The head, if it has its name in the folder.
    fn named(&self) -> Option<Head> {
        match self {
            Self::Named(head) | Self::New(head) | Self::Copied(head) => Some(*head),
            Self::Small(..) => None,
        }
    }
}

/// A blob as it was taken.
pub(super) struct Draft {
    pub(super) head: Head,
    pub(super) taken: Taken,
    is_from_memory: bool,
}

impl Vault {
    /// Puts the blob of an object into a folder, as a file of its own, unless it is there. Its name is
    /// not durable yet. One of at most `small_max` is given back instead. If it is lent and changed meanwhile
    /// that is what is put there, under the key that it has then.
    pub(super) fn place(
        &self,
        part: Part,
        object: &dyn Keepable,
        small_max: u64,
    ) -> Result<Placed> {
        loop {
            let key = object.key();
            let _claim = self.claims.take(part, key);
            self.pool.check_goes_on()?;
            if let Some(placed) = self.place_as(part, key, object, small_max)? {
                // Before anybody else may put it: who did not know of it would write another file over this one.
                if let Some(head) = placed.named() {
                    object.remember(head.id);
                }
                return Ok(placed);
            }
        }
    }

    /// As [`place`](Self::place), under this key, which is claimed. `None`: by the time that its content was
    /// there it was changed, and has another key.
    fn place_as(
        &self,
        part: Part,
        key: Key,
        object: &dyn Keepable,
        small_max: u64,
    ) -> Result<Option<Placed>> {
        let may_be_there = object.may_be_kept(key);
        if may_be_there && let Some(placed) = self.placed_before(part, key, object)? {
            return Ok(Some(placed));
        }
        let content = wait_for(object)?;
        if content.key() != key {
            return Ok(None);
        }
        // What is written takes the place of what is there; a link does not.
        if !may_be_there
            && matches!(content, Content::Spilled(_))
            && let Some(placed) = self.placed_before(part, key, object)?
        {
            return Ok(Some(placed));
        }
        let is_distrusted = match &content {
            Content::Spilled(blob) if blob.head.stored > small_max => {
                match self.linked(part, blob)? {
                    Link::Made => return Ok(Some(Placed::Named(blob.head))),
                    Link::Impossible => false,
                    Link::SyncFailed => true,
                }
            }
            _ => false,
        };
        let written = self.written(part, object, content, small_max);
        if is_distrusted {
            let named = written.as_ref().ok().and_then(Placed::named);
            object.distrust(key, named.map(|head| self.blob(part, key, 0, head)));
        }
        written.map(Some)
    }

    /// It is in the folder already, or in the other one.
    fn placed_before(&self, part: Part, key: Key, object: &dyn Keepable) -> Result<Option<Placed>> {
        match self.files.blob_file(part, key)? {
            Some((_, head)) => check_same(object, &head).map(|()| Some(Placed::Named(head))),
            None => self.linked_across(part, key, object),
        }
    }

    /// Writes the blob and, unless it is small, gives it its name.
    fn written(
        &self,
        part: Part,
        object: &dyn Keepable,
        content: Content,
        small_max: u64,
    ) -> Result<Placed> {
        let draft = self.draft(part, content.key(), content, small_max)?;
        let head = match draft.taken {
            Taken::Small(bytes) => {
                return Ok(Placed::Small(draft.head, bytes, draft.is_from_memory));
            }
            Taken::File(file) => self.name(part, object, file, draft.head)?,
        };
        Ok(if draft.is_from_memory { Placed::New(head) } else { Placed::Copied(head) })
    }

    /// Writes the blob, to memory if it is small, else to a file that is not synced.
    pub(super) fn draft(
        &self,
        part: Part,
        key: Key,
        content: Content,
        small_max: u64,
    ) -> Result<Draft> {
        // A medium that has blobs only as a whole has this one beside its copy.
        let (length, whole) = match &content {
            Content::Spilled(blob) => {
                (blob.head.stored, u64::from(blob.is_whole) * blob.head.stored)
            }
            Content::Value { weight, .. } => (*weight, 0),
        };
        let buffers = HEAD as u64 + length.min(small_max.max(FilePen::PIECE as u64));
        let buffers = buffers.saturating_add(whole);
        let _room = self.pool.ledger.exceed(buffers, Purpose::Passing);
        let intake = Intake::new(&self.pool, &self.files, (part, key), small_max);
        let mut scratch = self.pool.lanes.scratch();
        let (written, is_from_memory) = match content {
            Content::Spilled(blob) => {
                let to = intake.begin(Some(blob.head.stored))?;
                (copy_blob(&*blob.medium, blob.place, key, to, &mut scratch)?, false)
            }
            Content::Value { write, .. } => (write(&intake, &mut scratch)?, true),
        };
        if written.head.id != key {
            return Err(Error::refused(format!("{key} was changed while it was written")));
        }
        Ok(Draft { head: written.head, taken: intake.finish()?, is_from_memory })
    }

    /// Syncs a file and gives it its name. After a failed sync it is written once more, to a new file (G11).
    pub(super) fn name(
        &self,
        part: Part,
        object: &dyn Keepable,
        file: NewFile,
        head: Head,
    ) -> Result<Head> {
        if file.sync().is_ok() {
            return file.name().map(|()| head);
        }
        drop(file);
        let draft = self.draft(part, head.id, wait_for(object)?, 0)?;
        match draft.taken {
            Taken::File(again) => {
                again.sync()?;
                again.name()?;
                Ok(draft.head)
            }
            Taken::Small(_) => Err(Error::unavailable("a file was to be written")),
        }
    }
}

fn wait_for(object: &dyn Keepable) -> Result<Content> {
    object.kept().wait()
}

pub(super) fn check_same(object: &dyn Keepable, head: &Head) -> Result<()> {
    if head.fingerprint == object.fingerprint() {
        return Ok(());
    }
    let (key, name) = (head.id, object.type_name());
    Err(Error::corrupt(format!("the archive has a {key} which is no `{name}`")))
}
