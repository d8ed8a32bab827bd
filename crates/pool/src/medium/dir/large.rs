//! A blob that gets a file of its own.

use std::sync::Arc;

use forebay_store::{Error, Result};

use super::open_file::OpenFile;
use super::site::Site;
use super::stock::LargeFile;
use crate::blob::HEAD;
use crate::medium::{Place, Writing};

/// Where the payload begins, so that it is in whole blocks.
const OFFSET: u32 = 4096;
const START: u64 = OFFSET as u64;
const BLOCK: u64 = 4096;

/// A blob that is being written to a file of its own. Dropped before it is sealed, its file is closed,
/// and so is gone.
pub(super) struct LargeWriting<'a> {
    site: &'a Site,
    file: Arc<OpenFile>,
    /// What is taken for the file.
    room: u64,
    /// How long the file is.
    extent: u64,
    /// Where the next byte goes.
    end: u64,
    is_sealed: bool,
}

/// What a file of so many bytes takes.
fn in_blocks(length: u64) -> Result<u64> {
    let room = length.checked_next_multiple_of(BLOCK);
    room.ok_or_else(|| Error::refused("a blob of so many bytes fits nowhere"))
}

impl<'a> LargeWriting<'a> {
    /// `None`: there are as many files as may be.
    pub(super) fn begin(site: &'a Site, length: Option<u64>) -> Result<Option<Self>> {
        let room = in_blocks(START.saturating_add(length.unwrap_or(0)))?;
        // One of unknown length grows, so that no file of one length fits.
        let spare = length.and_then(|_| site.spare(room));
        let (file, room, extent) = match spare {
            Some(spare) => (spare.file, spare.room, spare.extent),
            None => match site.new_file(room)? {
                Some(file) => (file, room, 0),
                None => return Ok(None),
            },
        };
        Ok(Some(Self { site, file, room, extent, end: START, is_sealed: false }))
    }

    /// Takes room for all up to `end`.
    fn extend(&mut self, end: u64) -> Result<()> {
        let room = in_blocks(end)?;
        if room > self.room {
            self.site.grow(room - self.room)?;
            self.room = room;
        }
        Ok(())
    }
}

impl Writing for LargeWriting<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let end = self.end.saturating_add(bytes.len() as u64);
        self.extend(end)?;
        self.site.noted(self.file.write(bytes, self.end))?;
        self.end = end;
        self.extent = self.extent.max(end);
        Ok(())
    }

    fn offset(&self) -> u32 {
        OFFSET
    }

    fn seal(mut self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        // The bytes between the head and the payload are read as zeros, be there a payload or not.
        let mut block = [0; 4096];
        block[..HEAD].copy_from_slice(head);
        self.site.noted(self.file.write(&block, 0))?;
        self.site.succeeded();
        self.is_sealed = true;
        let (room, extent) = (self.room, self.extent.max(START));
        let file = LargeFile { file: Arc::clone(&self.file), room, extent, may_be_named: false };
        Ok(self.site.place(self.site.stock().enter(file), 0, self.end))
    }
}

impl Drop for LargeWriting<'_> {
    fn drop(&mut self) {
        if !self.is_sealed {
            // Its blocks are free a moment later, when the file is closed with this.
            self.site.stock().shrink(self.room);
        }
    }
}
