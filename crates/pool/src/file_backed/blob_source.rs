//! The bytes of an object, as a codec reads them.

use forebay_store::{Error, Result};

use crate::archive::Bytes;
use crate::codec::{Aligned, Source};

/// Codecs that ask for less than this at once get it from bytes that were read ahead.
const SMALL: usize = 4 << 10;
const AHEAD: usize = 64 << 10;

/// The bytes of an object, as a codec reads them.
pub(super) struct BlobSource<'a> {
    bytes: &'a dyn Bytes,
    /// Where the next read begins.
    at: u64,
    /// Read for small asks; given out up to `given`.
    ahead: Vec<u8>,
    given: usize,
}

impl<'a> BlobSource<'a> {
    pub(super) fn new(bytes: &'a dyn Bytes) -> Self {
        Self { bytes, at: 0, ahead: Vec::new(), given: 0 }
    }

    /// Bytes that were not given out yet.
    pub(super) fn owed(&self) -> u64 {
        self.bytes.length() - self.at + (self.ahead.len() - self.given) as u64
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
        let (first, rest) = into.split_at_mut(into.len().min(self.ahead.len() - self.given));
        first.copy_from_slice(&self.ahead[self.given..self.given + first.len()]);
        self.given += first.len();
        if rest.is_empty() {
            return Ok(());
        }
        if rest.len() >= SMALL {
            return self.read(rest);
        }
        let left = usize::try_from(self.bytes.length() - self.at).unwrap_or(usize::MAX);
        let mut ahead = std::mem::take(&mut self.ahead);
        self.given = 0;
        ahead.resize(AHEAD.min(left), 0);
        self.read(&mut ahead)?;
        rest.copy_from_slice(&ahead[..rest.len()]);
        self.given = rest.len();
        self.ahead = ahead;
        Ok(())
    }

    fn whole(&mut self) -> Result<Aligned> {
        let length = usize::try_from(self.owed()).unwrap_or(usize::MAX);
        let mut bytes = Aligned::try_zeroed(length)?;
        self.fill(bytes.as_mut_slice())?;
        Ok(bytes)
    }
}
