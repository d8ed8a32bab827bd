//! The identity of a journal on disk, while it has an owner.

use std::io;
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::cursor::write_all;
use super::files::{failed, remove_if_there};
use crate::disk::{Directory, DiskFile};
use crate::format::identity::{self, Identity, Slot};

/// The identity and its newest slot. Each owner begins with a new file: the sync of a slot may have
/// failed before, and told only an owner that is gone. After a failure of its own it makes another.
#[derive(Debug)]
pub(crate) struct IdentityFile {
    pub(crate) identity: Identity,
    pub(crate) slot: Slot,
    /// Where slots are written; none once that has failed (G11).
    file: Option<Arc<dyn DiskFile>>,
}

impl IdentityFile {
    /// Puts a new file into the place of the one that may be there.
    pub(crate) fn take_over(
        directory: &dyn Directory,
        identity: Identity,
        slot: Slot,
    ) -> Result<Self> {
        let mut known = Self { identity, slot, file: None };
        known.announce(directory, slot)?;
        Ok(known)
    }

    /// Makes a slot the newest, durably: over the one that is not the newest, or in a new file.
    pub(crate) fn announce(&mut self, directory: &dyn Directory, slot: Slot) -> Result<()> {
        let slot = Slot { counter: self.slot.counter + 1, ..slot };
        // Until it is certain that this went well, the file is not to be trusted.
        let file = self.file.take().filter(|file| write_slot(&**file, slot).is_ok());
        let file = match file {
            Some(file) => file,
            None => self.replace(directory, slot).map_err(not_written)?,
        };
        self.file = Some(file);
        self.slot = slot;
        Ok(())
    }

    fn replace(&self, directory: &dyn Directory, slot: Slot) -> io::Result<Arc<dyn DiskFile>> {
        let name = "new-journal";
        remove_if_there(directory, name)?;
        let file = directory.create(name)?;
        let put = || {
            write_all(&*file, &self.identity.encode(), 0)?;
            let older = Slot { counter: slot.counter - 1, ..slot };
            write_all(&*file, &older.encode(), older.offset())?;
            write_slot(&*file, slot)?;
            directory.rename(name, identity::NAME)?;
            directory.sync()
        };
        if let Err(error) = put() {
            // What is left of it must not take room that somebody wants.
            let _ = directory.remove(name);
            return Err(error);
        }
        Ok(file)
    }
}

fn write_slot(file: &dyn DiskFile, slot: Slot) -> io::Result<()> {
    write_all(file, &slot.encode(), slot.offset())?;
    file.sync()
}

#[cold]
fn not_written(error: io::Error) -> Error {
    failed("write the journal's identity", error)
}
