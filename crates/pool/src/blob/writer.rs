//! Writes an object as a blob.

#[cfg(not(feature = "lz4"))]
use forebay_store::Error;
use forebay_store::Result;

use super::expected::expected;
use super::foreign::of_codec;
#[cfg(feature = "lz4")]
use super::head::LZ4;
use super::head::{Head, UNCOMPRESSED};
#[cfg(feature = "lz4")]
use super::packed::Packer;
use super::pen::Pen;
#[cfg(feature = "lz4")]
use super::pen::wrong_length;
use super::stream::Stream;
use crate::key::Key;
use crate::lanes::Scratch;
use crate::medium::{Medium, Place};
use crate::object::Object;

/// A blob that was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    pub(crate) place: Place,
    pub(crate) head: Head,
}

/// Writes `value` as a blob. A panic of the codec is `Refused`, as its errors are; those of the medium
/// are what they are.
pub(crate) fn write_blob<T: Object>(
    to: &dyn Medium,
    id: Key,
    value: &T,
    weight: u64,
    scratch: &mut Scratch,
) -> Result<Written> {
    let codec = T::CODEC;
    let promised = of_codec(|| Ok(codec.length(value)))?;
    let (stream, raw, compression) = if codec.is_compressed() {
        put_packed(to, promised, value, scratch)?
    } else {
        put_as_it_is(to, promised, value, scratch)?
    };
    let expected = of_codec(|| Ok(expected::<T>(Some(id))))?;
    stream.seal(Head {
        id,
        codec: expected.codec,
        fingerprint: expected.fingerprint,
        raw,
        weight,
        compression,
        is_big_endian: expected.is_big_endian,
        stored: 0,
        sum: 0,
        offset: 0,
    })
}

fn put_as_it_is<'m, T: Object>(
    to: &'m dyn Medium,
    promised: Option<u64>,
    value: &T,
    scratch: &mut Scratch,
) -> Result<(Stream<'m>, u64, u8)> {
    let mut pen = Pen::new(to, promised, &mut scratch.bytes)?;
    let encoded = of_codec(|| T::CODEC.encode(value, &mut pen));
    let (stream, raw) = pen.end(encoded)?;
    Ok((stream, raw, UNCOMPRESSED))
}

/// Puts a value in compressed blocks, whose lengths nobody knows beforehand.
#[cfg(feature = "lz4")]
fn put_packed<'m, T: Object>(
    to: &'m dyn Medium,
    promised: Option<u64>,
    value: &T,
    scratch: &mut Scratch,
) -> Result<(Stream<'m>, u64, u8)> {
    let mut pen = Pen::new(to, None, &mut scratch.bytes)?;
    let mut packer = Packer::new(&mut pen);
    let encoded = of_codec(|| T::CODEC.encode(value, &mut packer));
    let raw = packer.end();
    let (stream, _) = pen.end(encoded.and(raw.clone().map(drop)))?;
    let raw = raw?;
    match promised {
        Some(promised) if raw < promised => Err(wrong_length(promised, "less")),
        Some(promised) if raw > promised => Err(wrong_length(promised, "more")),
        _ => Ok((stream, raw, LZ4)),
    }
}

#[cfg(not(feature = "lz4"))]
fn put_packed<'m, T: Object>(
    _to: &'m dyn Medium,
    _promised: Option<u64>,
    _value: &T,
    _scratch: &mut Scratch,
) -> Result<(Stream<'m>, u64, u8)> {
    Err(Error::refused("this program cannot compress"))
}
