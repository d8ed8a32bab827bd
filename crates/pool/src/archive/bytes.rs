//! Bytes that can be read at any place: a file, or memory.

use std::fmt;
use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_store::{Error, Result};

use super::failure::failed;

/// Bytes that can be read at any place.
pub(crate) trait Bytes {
    /// How many there are.
    fn length(&self) -> u64;

    /// Fills `into` with what begins at `at`. What ends early is `Corrupt`.
    fn read_at(&self, at: u64, into: &mut [u8]) -> Result<()>;
}

impl Bytes for &[u8] {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> Result<()> {
        let found = usize::try_from(at).ok().and_then(|at| self.get(at..));
        let found = found.and_then(|rest| rest.get(..into.len()));
        into.copy_from_slice(found.ok_or_else(ends_early)?);
        Ok(())
    }
}

/// An open file, and how long it was when it was opened.
#[derive(Clone)]
pub(crate) struct OpenFile {
    file: Arc<dyn DiskFile>,
    length: u64,
    place: Arc<str>,
}

impl OpenFile {
    /// `place` is where it is, for messages.
    pub(crate) fn of(file: Arc<dyn DiskFile>, place: impl Into<Arc<str>>) -> Result<Self> {
        let place = place.into();
        let length = file.len().map_err(|error| failed("ask for the length of", &place, error))?;
        Ok(Self { file, length, place })
    }

    pub(crate) fn file(&self) -> &Arc<dyn DiskFile> {
        &self.file
    }

    pub(crate) fn place(&self) -> &Arc<str> {
        &self.place
    }
}

impl Bytes for OpenFile {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, mut at: u64, mut into: &mut [u8]) -> Result<()> {
        while !into.is_empty() {
            let read = self.file.read_at(into, at);
            let read = read.map_err(|error| failed("read", &self.place, error))?;
            if read == 0 {
                return Err(Error::corrupt(format!("{} ends at {at}, too early", self.place)));
            }
            into = into.get_mut(read..).unwrap_or_default();
            at += read as u64;
        }
        Ok(())
    }
}

impl fmt::Debug for OpenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpenFile").field(&self.place).finish()
    }
}

fn ends_early() -> Error {
    Error::corrupt("it ends early")
}
