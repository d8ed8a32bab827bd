//! The identity of a journal on disk, while it has an owner.

use std::io;
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::cursor::write_all;
use super::files::failed;
use super::shelf::remove_if_there;
use super::shelves::Shelves;
use crate::disk::{Directory, DiskFile, Place};
use crate::format::identity::{self, Identity, Slot};

/// The identity and its newest slot. Each owner begins with a new file: the sync of a slot may have
/// failed before, and told only an owner that is gone. After a failure of its own it makes another, in
/// the second directory if need be.
#[derive(Debug)]
pub(crate) struct IdentityFile {
    pub(crate) identity: Identity,
    pub(crate) slot: Slot,
    /// The highest counter that was tried; that of `slot`, or of a slot that may be on disk or not.
    tried: u64,
    /// Where slots are written; none once that has failed (G11).
    file: Option<SlotFile>,
}

#[derive(Debug)]
struct SlotFile {
    place: Place,
    file: Arc<dyn DiskFile>,
    /// The counter of its newest slot, which is not to be written over.
    newest: u64,
}

impl IdentityFile {
    /// Puts a new file into the place of the one that may be there.
    pub(super) fn take_over(shelves: &mut Shelves, identity: Identity, slot: Slot) -> Result<Self> {
        let mut known = Self { identity, slot, tried: slot.counter, file: None };
        known.announce(shelves, slot)?;
        Ok(known)
    }

    /// Makes a slot the newest, durably: over the one that is not the newest, or in a new file.
    pub(super) fn announce(&mut self, shelves: &mut Shelves, slot: Slot) -> Result<()> {
        let mut failure = io::ErrorKind::NotFound.into();
        for place in self.order(shelves, &slot) {
            match self.write(shelves, *place, slot) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    shelves.has_failed(*place, &error);
                    failure = error;
                }
            }
        }
        Err(not_written(failure))
    }

    /// The second directory is not for a journal that does not say durably that it has one.
    fn order(&self, shelves: &Shelves, slot: &Slot) -> &'static [Place] {
        let is_bound = self.slot.second.is_some() && slot.second.is_some();
        match &self.file {
            _ if !is_bound => &[Place::First],
            Some(known) if known.place == Place::First => &[Place::First, Place::Second],
            _ => shelves.order(),
        }
    }

    /// Makes the second directory, whose own id is `second`, one that the journal may go on in. Its
    /// identity is there before the first one asks for it.
    pub(super) fn bind(&mut self, shelves: &mut Shelves, second: [u8; 16]) -> Result<()> {
        let slot = Slot { second: Some(second), ..self.slot };
        let own = Identity { second: Some(second), ..self.identity.clone() };
        replace(shelves.directory(Place::Second), &own, slot).map_err(not_written)?;
        // In both slots: the loss of one must not make the first directory seem to be alone.
        self.file = None;
        self.write(shelves, Place::First, slot).map_err(not_written)
    }

    /// Says that nothing of the journal is in the second directory; nothing may be announced after it.
    /// If it does not get there, the second directory is asked for once more.
    pub(super) fn let_go(&mut self, shelves: &Shelves) {
        let _ = self.write(shelves, Place::First, Slot { second: None, ..self.slot });
    }

    fn write(&mut self, shelves: &Shelves, place: Place, slot: Slot) -> io::Result<()> {
        // Until it is certain that this went well, the file is not to be trusted.
        let known = self.file.take_if(|known| known.place == place);
        let newest = known.as_ref().map_or(0, |known| known.newest);
        let is_over_the_newest = known.is_some() && (self.tried + 1 - newest).is_multiple_of(2);
        self.tried += 1 + u64::from(is_over_the_newest);
        let slot = Slot { counter: self.tried, ..slot };
        let known = known.filter(|known| write_slot(&*known.file, slot).is_ok());
        let file = if let Some(known) = known {
            known.file
        } else {
            let second = slot.second.filter(|_| place == Place::Second);
            let identity = Identity { second, ..self.identity.clone() };
            replace(shelves.directory(place), &identity, slot)?
        };
        self.file = Some(SlotFile { place, file, newest: slot.counter });
        self.slot = slot;
        Ok(())
    }
}

/// Puts a new file into its place, with the same in both slots.
fn replace(
    directory: &dyn Directory,
    identity: &Identity,
    slot: Slot,
) -> io::Result<Arc<dyn DiskFile>> {
    let name = "new-journal";
    remove_if_there(directory, name)?;
    let file = directory.create(name)?;
    let put = || {
        write_all(&*file, &identity.encode(), 0)?;
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

fn write_slot(file: &dyn DiskFile, slot: Slot) -> io::Result<()> {
    write_all(file, &slot.encode(), slot.offset())?;
    file.sync()
}

#[cold]
fn not_written(error: io::Error) -> Error {
    failed("write the journal's identity", error)
}
