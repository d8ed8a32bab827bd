//! Bytes that were read ahead for those who ask for little at once.

use forebay_store::Result;

/// Codecs that ask for less than this at once get it from bytes that were read ahead.
const SMALL: usize = 4 << 10;
const AHEAD: usize = 64 << 10;

/// Bytes that were read ahead for those who ask for little at once.
#[derive(Debug, Default)]
pub(crate) struct ReadAhead {
    bytes: Vec<u8>,
    given: usize,
}

impl ReadAhead {
    /// Bytes that were not given out yet.
    pub(crate) fn owed(&self) -> u64 {
        (self.bytes.len() - self.given) as u64
    }

    /// Fills `into` from what is there and from what `read` reads next, of which there is so much `left`. After
    /// an error nothing is there any more.
    pub(crate) fn fill(
        &mut self,
        into: &mut [u8],
        left: u64,
        mut read: impl FnMut(&mut [u8]) -> Result<()>,
    ) -> Result<()> {
        let (first, rest) = into.split_at_mut(into.len().min(self.bytes.len() - self.given));
        first.copy_from_slice(&self.bytes[self.given..self.given + first.len()]);
        self.given += first.len();
        if rest.is_empty() {
            return Ok(());
        }
        if rest.len() >= SMALL {
            return read(rest);
        }
        let mut bytes = std::mem::take(&mut self.bytes);
        self.given = 0;
        bytes.resize(AHEAD.min(usize::try_from(left).unwrap_or(usize::MAX)), 0);
        read(&mut bytes)?;
        rest.copy_from_slice(&bytes[..rest.len()]);
        self.given = rest.len();
        self.bytes = bytes;
        Ok(())
    }
}
