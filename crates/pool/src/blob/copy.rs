//! Copies a blob, and checks it on the way.

use forebay_store::{Error, Result};

use super::head::Head;
use super::payload::Payload;
use super::stream::Stream;
use super::writer::Written;
use crate::codec::Source;
use crate::key::Key;
use crate::lanes::Scratch;
use crate::medium::{Medium, Place, Writing};

/// A scratch holds at least so much.
const SCRATCH_MIN: usize = 4 << 10;

/// Copies the blob `id` from a place, as it is stored. Nothing is sealed that fails a check; the copy has
/// the same id, and its payload begins where its new place wants it.
pub(crate) fn copy_blob(
    from: &dyn Medium,
    place: Place,
    id: Key,
    to: Box<dyn Writing + '_>,
    scratch: &mut Scratch,
) -> Result<Written> {
    let mut payload = Payload::open(from, place)?;
    let head = payload.head;
    check_id(&head, id)?;
    let buffer = &mut scratch.bytes;
    buffer.reserve(SCRATCH_MIN);
    buffer.resize(buffer.capacity().min(payload.piece()), 0);
    let mut stream = Stream::new(to);
    let mut left = head.stored;
    while left > 0 {
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        payload.fill(&mut buffer[..length])?;
        stream.put(&buffer[..length], length)?;
        left -= length as u64;
    }
    stream.seal(head)
}

fn check_id(head: &Head, id: Key) -> Result<()> {
    let found = head.id;
    if found == id {
        return Ok(());
    }
    Err(Error::corrupt(format!("where blob {id} was written there is blob {found}")))
}
