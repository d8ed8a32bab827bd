//! The payload of a blob, read and checked piece by piece.

use forebay_store::{Error, Result};

use super::checksum::Checksum;
use super::foreign::of_medium;
use super::head::{HEAD, Head};
use super::piece::{BUFFER, piece};
use super::read_ahead::ReadAhead;
use crate::codec::{Aligned, Source};
use crate::medium::{Medium, Place, Reading};

/// The payload of a blob whose head is right. Its last bytes are given out only if the checksum of all
/// of them is right.
pub(super) struct Payload<'m> {
    reading: Box<dyn Reading + 'm>,
    pub(super) head: Head,
    piece: usize,
    /// Not read yet.
    left: u64,
    sum: Checksum,
    ahead: ReadAhead,
    /// The first failure stays: a codec must not go on behind it.
    failed: Option<Error>,
}

impl<'m> Payload<'m> {
    /// Reads the head and compares it with the place.
    pub(super) fn open(from: &'m dyn Medium, place: Place) -> Result<Self> {
        let traits = of_medium(|| Ok(from.traits()))?;
        let mut reading = of_medium(|| from.reading(place))?;
        let mut bytes = [0; HEAD];
        of_medium(|| reading.read(0, &mut bytes))?;
        let head = Head::from_bytes(&bytes)?;
        head.check_place(place)?;
        let (piece, left) = (piece(head.stored, traits), head.stored);
        let (sum, ahead, failed) = (Checksum::new(), ReadAhead::default(), None);
        let mut payload = Self { reading, head, piece, left, sum, ahead, failed };
        payload.check_if_over()?;
        Ok(payload)
    }

    /// What is asked for in pieces: so much at once.
    pub(super) fn piece(&self) -> usize {
        self.piece
    }

    /// Bytes that were not given out yet.
    pub(super) fn owed(&self) -> u64 {
        self.left + self.ahead.owed()
    }

    /// The first failure. If there was none all that is left is read, so that damage is told as damage,
    /// whatever the codec made of it.
    pub(super) fn end(&mut self) -> Result<()> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        let mut rest = vec![0; BUFFER.min(clamped(self.left))];
        while self.left > 0 {
            let length = rest.len().min(clamped(self.left));
            self.read(&mut rest[..length])?;
        }
        Ok(())
    }

    #[cfg(test)]
    /// Bytes between the head and the payload.
    pub(super) fn read_gap(&mut self, gap: &mut [u8]) -> Result<()> {
        of_medium(|| self.reading.read(HEAD as u64, gap))
    }

    /// The next bytes from the medium, of which there are so many.
    fn read(&mut self, into: &mut [u8]) -> Result<()> {
        for into in into.chunks_mut(self.piece) {
            let at = u64::from(self.head.offset) + (self.head.stored - self.left);
            of_medium(|| self.reading.read(at, into))?;
            self.sum.update(into);
            self.left -= into.len() as u64;
        }
        self.check_if_over()
    }

    fn check_if_over(&mut self) -> Result<()> {
        let found = self.sum.value();
        if self.left > 0 || found == self.head.sum {
            return Ok(());
        }
        let Head { id, offset, stored, sum, .. } = self.head;
        let end = u64::from(offset) + stored;
        Err(Error::corrupt(format!(
            "the payload of blob {id}, bytes {offset} to {end} behind its begin: their checksum is \
             {found:016x}, not {sum:016x}"
        )))
    }

    fn give(&mut self, into: &mut [u8]) -> Result<()> {
        if into.len() as u64 > self.owed() {
            let (id, raw, asked) = (self.head.id, self.head.raw, into.len());
            let message =
                format!("blob {id} of {raw} bytes ends early: {asked} more are asked for");
            return Err(Error::corrupt(message));
        }
        let (mut ahead, left) = (std::mem::take(&mut self.ahead), self.left);
        let filled = ahead.fill(into, left, |into| self.read(into));
        self.ahead = ahead;
        filled
    }
}

impl Source for Payload<'_> {
    fn length(&self) -> u64 {
        self.head.raw
    }

    fn fill(&mut self, into: &mut [u8]) -> Result<()> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        self.give(into).inspect_err(|error| self.failed = Some(error.clone()))
    }

    fn whole(&mut self) -> Result<Aligned> {
        let mut bytes = Aligned::try_zeroed(clamped(self.owed()))?;
        self.fill(bytes.as_mut_slice())?;
        Ok(bytes)
    }
}

/// A length that memory has no addresses for is refused by whoever allocates.
fn clamped(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}
