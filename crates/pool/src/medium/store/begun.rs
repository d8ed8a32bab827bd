//! A blob on its way into a store.

use bytes::Bytes;
use forebay_store::{Error, Result};

use super::store_medium::StoreMedium;
use crate::blob::HEAD;
use crate::budget::Room;
use crate::disk::LATER;
use crate::medium::{Medium, Place, Writing};

/// A blob on its way into a store: it is gathered, and put as a whole.
pub(super) struct Begun<'a> {
    to: &'a StoreMedium,
    bytes: Vec<u8>,
    /// So much of what they may grow to is counted, or would be if there were a pool, ...
    counted: u64,
    /// ... here.
    rooms: Vec<Room>,
}

impl<'a> Begun<'a> {
    pub(super) fn new(to: &'a StoreMedium, length: u64) -> Result<Self> {
        check(to, length)?;
        let counted = length.saturating_add(HEAD as u64);
        let rooms = Vec::from_iter(to.count(counted));
        let mut bytes = Vec::new();
        // What nobody has memory for is refused here, and not by the allocator.
        let whole = usize::try_from(length).ok().and_then(|length| length.checked_add(HEAD));
        let reserved = whole.is_some_and(|whole| bytes.try_reserve_exact(whole).is_ok());
        if !reserved {
            return Err(no_memory(length));
        }
        bytes.resize(HEAD, 0);
        Ok(Self { to, bytes, counted, rooms })
    }

    /// Makes the memory for so many bytes more, and counts it.
    fn grow(&mut self, by: usize) -> Result<()> {
        let reserved = self.bytes.try_reserve(by);
        reserved.map_err(|_| no_memory((self.bytes.len() + by) as u64))?;
        let more = (self.bytes.capacity() as u64).saturating_sub(self.counted);
        if more > 0 {
            self.counted += more;
            self.rooms.extend(self.to.count(more));
        }
        Ok(())
    }
}

#[cold]
fn no_memory(length: u64) -> Error {
    Error::busy(format!("no memory for a blob of {length} bytes"), LATER)
}

fn check(to: &StoreMedium, length: u64) -> Result<()> {
    let most = to.traits().blob_max;
    if length > most {
        let message = format!("a blob of {length} bytes: the store takes {most} at most");
        return Err(Error::refused(message));
    }
    if !to.has_room(length.saturating_add(HEAD as u64)) {
        let message = format!("the store has no room for a blob of {length} bytes");
        return Err(Error::busy(message, LATER));
    }
    Ok(())
}

impl Writing for Begun<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        check(self.to, (self.bytes.len() - HEAD + bytes.len()) as u64)?;
        self.grow(bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn offset(&self) -> u32 {
        128
    }

    fn seal(mut self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        self.bytes[..HEAD].copy_from_slice(head);
        // Counted until the store has it.
        let Self { to, bytes, rooms: _rooms, .. } = *self;
        to.put(Bytes::from(bytes))
    }
}
