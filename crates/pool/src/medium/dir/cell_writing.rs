//! A blob that gets a cell of a pack.

use std::sync::Arc;

use forebay_store::{Error, Result};

use super::open_file::OpenFile;
use super::packs::Cell;
use super::site::Site;
use crate::blob::HEAD;
use crate::medium::{Place, Writing};

/// The payload is just behind the head.
const OFFSET: u32 = 128;

/// A blob that is being written to a cell, which is given back if this is dropped before it is sealed.
pub(super) struct CellWriting<'a> {
    site: &'a Site,
    file: Arc<OpenFile>,
    cell: Cell,
    /// How much of the cell is written, the head included.
    end: u64,
    is_sealed: bool,
}

impl<'a> CellWriting<'a> {
    pub(super) fn of(site: &'a Site, file: Arc<OpenFile>, cell: Cell) -> Self {
        Self { site, file, cell, end: HEAD as u64, is_sealed: false }
    }
}

impl Writing for CellWriting<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let end = self.end.saturating_add(bytes.len() as u64);
        if end > self.cell.size {
            // What is behind the cell is another blob's.
            return Err(Error::refused("a blob is longer than was said"));
        }
        self.site.noted(self.file.write(bytes, self.cell.at + self.end))?;
        self.end = end;
        Ok(())
    }

    fn offset(&self) -> u32 {
        OFFSET
    }

    fn seal(mut self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        self.site.noted(self.file.write(head, self.cell.at))?;
        self.site.succeeded();
        self.is_sealed = true;
        self.site.stock().enter_cell();
        Ok(self.site.place(self.cell.pack, self.cell.at, self.end))
    }
}

impl Drop for CellWriting<'_> {
    fn drop(&mut self) {
        if !self.is_sealed {
            let closed = self.site.stock().give_cell(self.cell.pack, self.cell.at);
            drop(closed);
        }
    }
}
