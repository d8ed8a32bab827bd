//! The bytes of an object, as a codec reads them.

use forebay_store::{Error, Result};

use crate::archive::Bytes;
use crate::blob::ReadAhead;
use crate::codec::{Aligned, Source};

/// The bytes of an object, as a codec reads them.
pub(super) struct BlobSource<'a> {
    bytes: &'a dyn Bytes,
    /// Where the next read begins.
    at: u64,
    ahead: ReadAhead,
}

impl<'a> BlobSource<'a> {
    pub(super) fn new(bytes: &'a dyn Bytes) -> Self {
        Self { bytes, at: 0, ahead: ReadAhead::default() }
    }

    /// Bytes that were not given out yet.
    pub(super) fn owed(&self) -> u64 {
        self.bytes.length() - self.at + self.ahead.owed()
    }

    fn read(&mut self, into: &mut [u8]) -> Result<()> {
        self.bytes.read_at(self.at, into)?;
        self.at += into.len() as u64;
        Ok(())
    }
}

impl Source for BlobSource<'_> {
    fn length(&self) -> u64 {
        self.bytes.length()
    }

    fn fill(&mut self, into: &mut [u8]) -> Result<()> {
        if into.len() as u64 > self.owed() {
            let (asked, length) = (into.len(), self.length());
            let message = format!("{length} bytes end early: {asked} more are asked for");
            return Err(Error::corrupt(message));
        }
        let (mut ahead, left) = (std::mem::take(&mut self.ahead), self.bytes.length() - self.at);
        let filled = ahead.fill(into, left, |into| self.read(into));
        self.ahead = ahead;
        filled
    }

    fn whole(&mut self) -> Result<Aligned> {
        let length = usize::try_from(self.owed()).unwrap_or(usize::MAX);
        let mut bytes = Aligned::try_zeroed(length)?;
        self.fill(bytes.as_mut_slice())?;
        Ok(bytes)
    }
}
