//! Writes a file from front to end.

use std::fmt;
use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_store::Result;

use super::failure::failed;
use crate::disk::write_whole;

/// Writes a file from front to end, in pieces that begin at multiples of their length: where a page of the page
/// cache is written in two steps, writing costs half as much again.
pub(crate) struct FilePen {
    file: Arc<dyn DiskFile>,
    place: Arc<str>,
    /// Where the buffer goes.
    at: u64,
    buffer: Vec<u8>,
    /// The device may have what is before that already.
    begun: u64,
}

impl FilePen {
    /// What is gathered before it is written.
    pub(crate) const PIECE: usize = 128 << 10;
    /// The device gets so much at once while the rest is being written.
    const STRIDE: u64 = 1 << 20;

    /// It begins at `at`: what is before that is put there later.
    pub(crate) fn at(at: u64, file: Arc<dyn DiskFile>, place: impl Into<Arc<str>>) -> Self {
        Self { file, place: place.into(), at, buffer: Vec::new(), begun: 0 }
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
    pub(crate) fn put(&mut self, mut bytes: &[u8]) -> Result<()> {
        loop {
            let missing = self.missing();
            if bytes.len() < missing {
                self.buffer.extend_from_slice(bytes);
                return Ok(());
            }
            // What fills pieces by itself need not be gathered.
            let whole = if self.buffer.is_empty() {
                missing + (bytes.len() - missing) / Self::PIECE * Self::PIECE
            } else {
                missing
            };
            let (now, later) = bytes.split_at(whole);
            if self.buffer.is_empty() {
                self.write(now)?;
            } else {
                self.buffer.extend_from_slice(now);
                self.flush()?;
            }
            bytes = later;
        }
    }

    /// So much is missing to the end of a piece.
    fn missing(&self) -> usize {
        let piece = Self::PIECE as u64;
        usize::try_from(piece - self.end() % piece).unwrap_or(Self::PIECE)
    }

    /// Hands all of it to the operating system.
    pub(crate) fn flush(&mut self) -> Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let written = self.write(&buffer);
        if written.is_ok() {
            buffer.clear();
        }
        self.buffer = buffer;
        written
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        write_all(&*self.file, &self.place, bytes, self.at)?;
        self.at += bytes.len() as u64;
        if self.at - self.begun >= Self::STRIDE {
            self.file.will_be_synced(self.begun..self.at);
            self.begun = self.at;
        }
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
