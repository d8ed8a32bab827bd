//! A blob that was written and is read.

use forebay_store::{Error, Result};

#[cfg(feature = "lz4")]
use crate::blob::{HEAD, Head, checksum};
use crate::blob::{Written, expected, read_blob, write_blob};
use crate::codec::{Aligned, Source};
use crate::key::Key;
use crate::lanes::Scratch;
#[cfg(feature = "lz4")]
use crate::medium::Medium;
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

#[cfg(feature = "lz4")]
impl Blobs {
    pub(super) fn medium(&self) -> &dyn Medium {
        &self.0
    }

    /// The same blob with another head, another length of its first block, and right checksums.
    pub(super) fn forged(&self, written: Written, head: Head, first: Option<u32>) -> Written {
        let mut bytes = self.bytes(written);
        let payload = &mut bytes[HEAD..];
        if let Some(first) = first {
            payload[..4].copy_from_slice(&first.to_le_bytes());
        }
        let head = Head { sum: checksum(payload), ..head };
        self.seal(&bytes, head)
    }

    /// The same blob with four other bytes somewhere in its payload, and right checksums.
    pub(super) fn forged_at(&self, written: Written, at: usize, number: u32) -> Written {
        let mut bytes = self.bytes(written);
        bytes[HEAD + at..HEAD + at + 4].copy_from_slice(&number.to_le_bytes());
        let head = Head { sum: checksum(&bytes[HEAD..]), ..written.head };
        self.seal(&bytes, head)
    }

    /// The same blob with a flipped bit.
    pub(super) fn flipped(&self, written: Written, bit: usize) -> Written {
        let mut bytes = self.bytes(written);
        bytes[bit / 8] ^= 1 << (bit % 8);
        let mut writing = self.0.begin(None).unwrap();
        writing.put(&bytes[HEAD..]).unwrap();
        let place = writing.seal(bytes.first_chunk().unwrap()).unwrap();
        Written { place, ..written }
    }

    fn bytes(&self, written: Written) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(written.place.length).unwrap()];
        self.0.reading(written.place).unwrap().read(0, &mut bytes).unwrap();
        bytes
    }

    fn seal(&self, bytes: &[u8], head: Head) -> Written {
        let mut writing = self.0.begin(None).unwrap();
        writing.put(&bytes[HEAD..]).unwrap();
        Written { place: writing.seal(&head.to_bytes()).unwrap(), head }
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
