//! A blob on its way into a store.

use bytes::Bytes;
use forebay_store::{Error, Result};

use super::store_medium::StoreMedium;
use crate::blob::HEAD;
use crate::medium::{Medium, Place, Writing};

/// A blob on its way into a store: it is gathered, and put as a whole.
pub(super) struct Begun<'a> {
    to: &'a StoreMedium,
    bytes: Vec<u8>,
}

impl<'a> Begun<'a> {
    pub(super) fn new(to: &'a StoreMedium, length: u64) -> Result<Self> {
        check(to, length)?;
        let mut bytes = Vec::new();
        // What nobody has memory for is refused here, and not by the allocator.
        let whole = usize::try_from(length).ok().and_then(|length| length.checked_add(HEAD));
        let reserved = whole.is_some_and(|whole| bytes.try_reserve_exact(whole).is_ok());
        if !reserved {
            let later = std::time::Duration::from_secs(1);
            return Err(Error::busy(format!("no memory for a blob of {length} bytes"), later));
        }
        bytes.resize(HEAD, 0);
        Ok(Self { to, bytes })
    }
}

fn check(to: &StoreMedium, length: u64) -> Result<()> {
    let most = to.traits().blob_max;
    if length <= most {
        return Ok(());
    }
    Err(Error::refused(format!("a blob of {length} bytes: the store takes {most} at most")))
}

impl Writing for Begun<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        check(self.to, (self.bytes.len() - HEAD + bytes.len()) as u64)?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn offset(&self) -> u32 {
        128
    }

    fn seal(mut self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        self.bytes[..HEAD].copy_from_slice(head);
        let (to, bytes) = (self.to, Bytes::from(self.bytes));
        to.put(bytes)
    }
}
