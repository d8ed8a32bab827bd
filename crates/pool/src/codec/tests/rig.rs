//! A blob that was written and is read.

use forebay_store::{Error, Result};

use crate::blob::{Written, expected, read_blob, write_blob};
use crate::codec::{Aligned, Source};
use crate::key::Key;
use crate::lanes::Scratch;
use crate::medium::PlainMemory;
use crate::object::Object;

pub(super) struct Blobs(PlainMemory);

impl Blobs {
    pub(super) fn new() -> Self {
        Self(PlainMemory::default())
    }

    pub(super) fn write<T: Object>(&self, value: &T) -> Result<Written> {
        write_blob(&self.0, Key::from_bytes([7; 16]), value, 0, &mut Scratch::default())
    }

    pub(super) fn read<T: Object>(&self, written: Written) -> Result<T> {
        let expected = expected::<T>(Some(written.head.id));
        read_blob(&self.0, written.place, &expected, None)
    }
}

/// Bytes that a codec is given without a blob around them.
pub(super) struct Given(pub(super) Vec<u8>);

impl Source for Given {
    fn length(&self) -> u64 {
        self.0.len() as u64
    }

    fn fill(&mut self, into: &mut [u8]) -> Result<()> {
        let rest =
            self.0.split_at_checked(into.len()).ok_or_else(|| Error::corrupt("too short"))?;
        into.copy_from_slice(rest.0);
        self.0 = rest.1.to_vec();
        Ok(())
    }

    fn whole(&mut self) -> Result<Aligned> {
        Ok(Aligned::from(self.0.as_slice()))
    }
}
