//! A payload on its way into a medium.

use forebay_store::{Error, Result};

use super::checksum::Checksum;
use super::foreign::of_medium;
use super::head::{HEAD, Head};
use super::writer::Written;
use crate::medium::Writing;

/// A payload on its way into a medium, summed piece by piece. Nothing is left of one that is dropped.
pub(super) struct Stream<'m> {
    writing: Box<dyn Writing + 'm>,
    sum: Checksum,
    stored: u64,
}

impl<'m> Stream<'m> {
    pub(super) fn new(writing: Box<dyn Writing + 'm>) -> Self {
        Self { writing, sum: Checksum::new(), stored: 0 }
    }

    /// The next bytes, `piece` of them at once.
    pub(super) fn put(&mut self, bytes: &[u8], piece: usize) -> Result<()> {
        for bytes in bytes.chunks(piece) {
            self.sum.update(bytes);
            of_medium(|| self.writing.put(bytes))?;
            self.stored += bytes.len() as u64;
        }
        Ok(())
    }

    /// Writes the head, whose offset, stored length and checksum are those of what was put.
    pub(super) fn seal(self, head: Head) -> Result<Written> {
        let (stored, sum) = (self.stored, self.sum.value());
        let writing = self.writing;
        let head = Head { offset: of_medium(|| Ok(writing.offset()))?, stored, sum, ..head };
        let bytes: [u8; HEAD] = head.to_bytes();
        // What could not be read again must not be taken for saved.
        Head::from_bytes(&bytes).map_err(of_medium_itself)?;
        let place = of_medium(|| writing.seal(&bytes))?;
        head.check_place(place).map_err(of_medium_itself)?;
        Ok(Written { place, head })
    }
}

fn of_medium_itself(error: Error) -> Error {
    Error::refused("the medium is wrong about where a blob is").with_source(error)
}
