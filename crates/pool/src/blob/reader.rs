//! Reads a blob, and checks it on the way.

use forebay_store::{Error, ErrorKind, Result};

use super::expected::Expected;
use super::foreign::{discard, of_codec};
use super::head::UNCOMPRESSED;
#[cfg(feature = "lz4")]
use super::packed::Unpacker;
use super::payload::Payload;
use crate::medium::{Medium, Place};
use crate::object::Object;

/// The object at a place. It is `Corrupt` if a check fails or the codec cannot decode it, `Invalid` if
/// it is of another type, `Refused` if the codec panicked; errors of the medium are what they are.
pub(crate) fn read_blob<T: Object>(
    from: &dyn Medium,
    place: Place,
    expected: &Expected,
    scrap: Option<T>,
) -> Result<T> {
    let mut payload = Payload::open(from, place)?;
    expected.check(&payload.head)?;
    let (decoded, owed) = if payload.head.compression == UNCOMPRESSED {
        let decoded = of_codec(|| T::CODEC.decode(&mut payload, scrap));
        (decoded, payload.owed())
    } else {
        unpacked(&mut payload, scrap)
    };
    let id = payload.head.id;
    match (decoded, payload.end()) {
        (Ok(value), Ok(())) if owed == 0 => Ok(value),
        (Ok(value), Ok(())) => {
            discard(value);
            Err(Error::corrupt(format!("the codec left {owed} bytes of blob {id}")))
        }
        (Ok(value), Err(failed)) => {
            discard(value);
            Err(failed)
        }
        (Err(_), Err(failed)) => Err(failed),
        (Err(error), Ok(())) => Err(of_decode(error)),
    }
}

/// What the codec makes of compressed blocks, and how many bytes it left.
#[cfg(feature = "lz4")]
fn unpacked<T: Object>(payload: &mut Payload<'_>, scrap: Option<T>) -> (Result<T>, u64) {
    let mut unpacker = Unpacker::new(payload);
    let decoded = of_codec(|| T::CODEC.decode(&mut unpacker, scrap));
    let decoded = match (decoded, unpacker.failed()) {
        (Ok(value), Some(failed)) => {
            discard(value);
            Err(failed)
        }
        (decoded, _) => decoded,
    };
    (decoded, unpacker.owed())
}

#[cfg(not(feature = "lz4"))]
fn unpacked<T: Object>(payload: &mut Payload<'_>, _scrap: Option<T>) -> (Result<T>, u64) {
    let message = format!("blob {} is compressed, and this program cannot", payload.head.id);
    (Err(Error::unsupported(message)), 0)
}

/// The bytes are those that were written, so what a codec says of them will not change.
fn of_decode(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::Unknown | ErrorKind::Aborted | ErrorKind::Closed => {
            Error::corrupt("the codec cannot decode it").with_source(error)
        }
        // `Busy` is a value that there is no memory for now.
        _ => error,
    }
}
