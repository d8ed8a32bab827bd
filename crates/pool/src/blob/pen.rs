//! What a codec puts, on its way into a medium.

use forebay_store::{Error, ErrorKind, Result};

use super::foreign::of_medium;
use super::piece::piece;
use super::stream::Stream;
use crate::codec::Sink;
use crate::medium::Medium;

/// A scratch holds at least so much.
const SCRATCH_MIN: usize = 4 << 10;

/// Takes what a codec puts. Small puts are gathered in the scratch; a blob is begun when the first
/// bytes leave it, so that one that fits into it tells the medium its length.
pub(super) struct Pen<'a, 'm> {
    to: &'m dyn Medium,
    stream: Option<Stream<'m>>,
    gathered: &'a mut Vec<u8>,
    gathered_max: usize,
    blob_max: u64,
    piece: usize,
    promised: Option<u64>,
    raw: u64,
    /// The first failure stays: a codec that goes on behind it must not make a shorter blob.
    failed: Option<Error>,
}

impl<'a, 'm> Pen<'a, 'm> {
    pub(super) fn new(
        to: &'m dyn Medium,
        promised: Option<u64>,
        gathered: &'a mut Vec<u8>,
    ) -> Result<Self> {
        let traits = of_medium(|| Ok(to.traits()))?;
        gathered.clear();
        gathered.reserve(SCRATCH_MIN);
        let (gathered_max, blob_max) = (gathered.capacity(), traits.blob_max);
        let piece = piece(promised.unwrap_or(u64::MAX), traits);
        let (stream, raw, failed) = (None, 0, None);
        let pen =
            Self { to, stream, gathered, gathered_max, blob_max, piece, promised, raw, failed };
        pen.check_length(promised.unwrap_or(0))?;
        Ok(pen)
    }

    fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let raw = self.raw.saturating_add(bytes.len() as u64);
        self.check_length(raw)?;
        self.raw = raw;
        let is_all = self.promised == Some(bytes.len() as u64);
        if !is_all && bytes.len() <= self.gathered_max - self.gathered.len() {
            self.gathered.extend_from_slice(bytes);
            return Ok(());
        }
        self.flush()?;
        if !is_all && bytes.len() < self.gathered_max / 2 {
            self.gathered.extend_from_slice(bytes);
            return Ok(());
        }
        let piece = self.piece;
        self.begun(self.promised)?.put(bytes, piece)
    }

    fn flush(&mut self) -> Result<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        self.begun(self.promised)?;
        // What was gathered is one piece, whatever its length.
        if let Some(stream) = &mut self.stream {
            stream.put(self.gathered, self.gathered_max)?;
        }
        self.gathered.clear();
        Ok(())
    }

    fn begun(&mut self, length: Option<u64>) -> Result<&mut Stream<'m>> {
        let stream = match self.stream.take() {
            Some(stream) => stream,
            None => Stream::new(of_medium(|| self.to.begin(length))?),
        };
        Ok(self.stream.insert(stream))
    }

    fn check_length(&self, raw: u64) -> Result<()> {
        if raw > self.blob_max {
            let max = self.blob_max;
            let message = format!("an object of {raw} bytes: the medium takes {max} at most");
            return Err(Error::refused(message));
        }
        match self.promised {
            Some(promised) if raw > promised => Err(wrong_length(promised, "more")),
            _ => Ok(()),
        }
    }

    /// What was written, and its length.
    pub(super) fn end(mut self, encoded: Result<()>) -> Result<(Stream<'m>, u64)> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        encoded.map_err(of_encode)?;
        match self.promised {
            Some(promised) if self.raw < promised => return Err(wrong_length(promised, "less")),
            _ => self.promised = Some(self.raw),
        }
        self.flush()?;
        self.begun(self.promised)?;
        let raw = self.raw;
        self.stream.map(|stream| (stream, raw)).ok_or_else(|| Error::refused("nothing was begun"))
    }
}

impl Sink for Pen<'_, '_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        self.take(bytes).inspect_err(|error| self.failed = Some(error.clone()))
    }
}

/// Whatever a codec calls its error: the same value will not be encoded the next time, either.
fn of_encode(error: Error) -> Error {
    if error.kind() == ErrorKind::Refused {
        return error;
    }
    Error::refused("the codec cannot encode it").with_source(error)
}

pub(super) fn wrong_length(promised: u64, how: &str) -> Error {
    Error::refused(format!("the codec promised {promised} bytes and put {how}"))
}
