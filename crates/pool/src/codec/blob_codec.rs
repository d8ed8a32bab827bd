//! The trait of a codec.

use std::io;

use forebay_store::Result;

use super::aligned::Aligned;

/// How objects become bytes and come back. Large ones go piece by piece.
///
/// It is called without any lock of the pool; its panics are caught. An error of `encode` is
/// [`Refused`](forebay_store::ErrorKind::Refused), one of `decode` is `Corrupt`.
pub trait BlobCodec<T>: Send + Sync {
    /// A number for the head of blobs: below 1000 it is one of ours.
    fn id(&self) -> u16;

    /// Stands in the fingerprint of blobs.
    fn name(&self) -> &'static str;

    /// Size and alignment of an element, if the bytes are the value. They stand in the fingerprint.
    fn layout(&self) -> (u32, u32) {
        (0, 0)
    }

    /// How long it will be, if that is known.
    fn length(&self, _value: &T) -> Option<u64> {
        None
    }

    /// Decoding needs all bytes at once, beside the value.
    fn needs_whole(&self) -> bool {
        false
    }

    /// Its blobs are compressed, by LZ4 in blocks: `Lz4`, of the feature `lz4`, answers so for any codec.
    fn is_compressed(&self) -> bool {
        false
    }

    /// Puts the bytes of `value`.
    fn encode(&self, value: &T, out: &mut dyn Sink) -> Result<()>;

    /// Makes the value of these bytes. `scrap` is a dead value whose allocation may be used again.
    fn decode(&self, from: &mut dyn Source, scrap: Option<T>) -> Result<T>;
}

/// Where the bytes of an object go.
pub trait Sink {
    /// The next bytes.
    fn put(&mut self, bytes: &[u8]) -> Result<()>;
}

/// So that whatever writes to an [`io::Write`] can write an object. What failed below it is told once more
/// when the codec has ended, so nothing is lost in the error's translation.
impl io::Write for dyn Sink + '_ {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where the bytes of an object come from.
pub trait Source {
    /// How many bytes there are in all.
    fn length(&self) -> u64;

    /// The next bytes, as many as `into` takes. To ask for more than there are is `Corrupt`.
    fn fill(&mut self, into: &mut [u8]) -> Result<()>;

    /// All that were not asked for yet.
    fn whole(&mut self) -> Result<Aligned>;
}
