//! Writes an object as a blob.

use forebay_store::Result;

use super::head::{Head, expected};
use crate::codec::Sink;
use crate::key::Key;
use crate::lanes::Scratch;
use crate::medium::{Medium, Place, Writing};
use crate::object::Object;

/// A blob that was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    pub(crate) place: Place,
    pub(crate) head: Head,
}

/// Writes `value` as a blob. A panic of the codec is an error.
pub(crate) fn write_blob<T: Object>(
    to: &dyn Medium,
    id: Key,
    value: &T,
    weight: u64,
    _scratch: &mut Scratch,
) -> Result<Written> {
    let mut counted = Counted { writing: to.begin(T::CODEC.length(value))?, length: 0 };
    T::CODEC.encode(value, &mut counted)?;
    let Counted { writing, length } = counted;
    let Expected { fingerprint, codec, .. } = expected::<T>(Some(id));
    let head = Head {
        id,
        codec,
        fingerprint,
        raw: length,
        stored: length,
        weight,
        sum: 0,
        offset: writing.offset(),
        compression: 0,
        is_big_endian: false,
    };
    let place = writing.seal(&head.to_bytes())?;
    Ok(Written { place, head })
}

use super::head::Expected;

struct Counted<'a> {
    writing: Box<dyn Writing + 'a>,
    length: u64,
}

impl Sink for Counted<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.length += bytes.len() as u64;
        self.writing.put(bytes)
    }
}
