//! Small pieces on their way into a sink.

use forebay_store::Result;

use super::blob_codec::Sink;

/// Numbers come a few bytes at a time: so many bytes of them go on together.
const GATHERED: usize = 1024;

/// Small pieces on their way into a sink, gathered. What is not flushed at the end is lost.
pub(super) struct Gathered<'a> {
    out: &'a mut dyn Sink,
    bytes: [u8; GATHERED],
    length: usize,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(out: &'a mut dyn Sink) -> Self {
        Self { out, bytes: [0; GATHERED], length: 0 }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<()> {
        if self.length + bytes.len() > GATHERED {
            self.flush()?;
            if bytes.len() > GATHERED {
                return self.out.put(bytes);
            }
        }
        self.bytes[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<()> {
        if self.length > 0 {
            self.out.put(&self.bytes[..self.length])?;
            self.length = 0;
        }
        Ok(())
    }
}
