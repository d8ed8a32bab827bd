//! Writes a file from front to end.

use std::fmt;
use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_store::Result;

use super::failure::failed;
use crate::disk::write_whole;

/// Writes a file from front to end, in pieces.
pub(crate) struct FilePen {
    file: Arc<dyn DiskFile>,
    place: Arc<str>,
    /// Where the buffer goes.
    at: u64,
    buffer: Vec<u8>,
}

impl FilePen {
    /// What is gathered before it is written.
    pub(crate) const PIECE: usize = 128 << 10;

    /// It begins at `at`: what is before that is put there later.
    pub(crate) fn at(at: u64, file: Arc<dyn DiskFile>, place: impl Into<Arc<str>>) -> Self {
        Self { file, place: place.into(), at, buffer: Vec::new() }
    }

    pub(crate) fn file(&self) -> &Arc<dyn DiskFile> {
        &self.file
    }

    pub(crate) fn place(&self) -> &Arc<str> {
        &self.place
    }

    /// Where the next byte goes.
    pub(crate) fn end(&self) -> u64 {
        self.at + self.buffer.len() as u64
    }

    /// The next bytes.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<()> {
        if self.buffer.len() + bytes.len() > Self::PIECE {
            self.flush()?;
        }
        if bytes.len() > Self::PIECE {
            write_all(&*self.file, &self.place, bytes, self.at)?;
            self.at += bytes.len() as u64;
            return Ok(());
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Hands all of it to the operating system.
    pub(crate) fn flush(&mut self) -> Result<()> {
        write_all(&*self.file, &self.place, &self.buffer, self.at)?;
        self.at += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Writes what stands before all the rest.
    pub(crate) fn put_head(&mut self, head: &[u8]) -> Result<()> {
        self.flush()?;
        write_all(&*self.file, &self.place, head, 0)
    }
}

/// Hands bytes to the operating system.
pub(crate) fn write_all(file: &dyn DiskFile, place: &str, bytes: &[u8], at: u64) -> Result<()> {
    write_whole(file, bytes, at).map_err(|error| failed("write", place, error))
}

impl fmt::Debug for FilePen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePen").field("place", &self.place).finish_non_exhaustive()
    }
}
