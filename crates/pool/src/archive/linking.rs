//! Gives blobs that are in files already a further name.

use std::sync::Arc;

use forebay_store::{Error, ErrorKind, Result};

use super::bytes::OpenFile;
use super::folder::Linked;
use super::medium::{Taken, sync};
use super::part::Part;
use super::placing::{Placed, check_same};
use super::vault::Vault;
use crate::handle::{Content, Keepable};
use crate::key::Key;
use crate::medium::Linkable;
use crate::slot::{Blob, foreign};

/// What became of a link of a spilled blob.
pub(super) enum Link {
    Made,
    Impossible,
    SyncFailed,
}

impl Vault {
    /// What is kept is linked into snapshots' objects, and the other way round. `None`: there is nothing, or it
    /// is damaged.
    pub(super) fn linked_across(
        &self,
        part: Part,
        key: Key,
        object: &dyn Keepable,
    ) -> Result<Option<Placed>> {
        let other = if part == Part::Kept { Part::Objects } else { Part::Kept };
        let found = match self.files.blob_file(other, key) {
            Err(error) if error.kind() == ErrorKind::Corrupt => return Ok(None),
            found => found?,
        };
        let Some((file, head)) = found else { return Ok(None) };
        check_same(object, &head)?;
        match self.files.folder(part).link(file.file(), &key.to_string())? {
            Linked::Here => return Ok(Some(Placed::Named(head))),
            Linked::Taken => return Err(taken_meanwhile(&file)),
            Linked::Impossible => {}
        }
        let blob = self.blob(other, key, 0, head);
        // Its name may be gone by now: then this one is still open.
        self.medium.is_open(&blob, file);
        let draft = match self.draft(part, key, Content::Spilled(blob), 0) {
            Err(error) if error.kind() == ErrorKind::Corrupt => return Ok(None),
            draft => draft?,
        };
        match draft.taken {
            Taken::File(file) => {
                let head = self.name(part, object, file, draft.head)?;
                Ok(Some(Placed::Copied(head)))
            }
            Taken::Small(_) => Ok(None),
        }
    }

    /// Gives the file of a spilled blob a name here, too, once its bytes are durable.
    pub(super) fn linked(&self, part: Part, blob: &Arc<Blob>) -> Result<Link> {
        let origin = foreign::run("a medium", || blob.medium.origin(blob.place));
        let Ok(origin) = origin else { return Ok(Link::Impossible) };
        let origin = (Arc::as_ptr(&blob.medium).addr(), origin);
        if !self.pool.archives.may_link() || self.elsewhere.lock().contains(&origin) {
            return Ok(Link::Impossible);
        }
        let file = foreign::run("a medium", || blob.medium.file(blob.place));
        let Ok(Some(Linkable(file))) = file else {
            return Ok(Link::Impossible);
        };
        // From before the call: one that fails may have happened.
        blob.set_named();
        let name = blob.head.id.to_string();
        let folder = self.files.folder(part);
        if !blob.synced(|| sync(&*file, &folder.place(&name))) {
            return Ok(Link::SyncFailed);
        }
        match folder.link(&file, &name)? {
            Linked::Here => Ok(Link::Made),
            Linked::Impossible => {
                // The next one need not be synced to find that out.
                self.elsewhere.lock().insert(origin);
                Ok(Link::Impossible)
            }
            Linked::Taken => Err(Error::corrupt(format!("{} came meanwhile", folder.place(&name)))),
        }
    }
}

fn taken_meanwhile(file: &OpenFile) -> Error {
    Error::corrupt(format!("somebody else put {} into the other folder", file.place()))
}
