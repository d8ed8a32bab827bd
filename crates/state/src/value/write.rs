//! A value of the user's, written.

use forebay_store::Result;
use serde::Serialize;

use super::dictionary::Dictionary;
use super::writer::Writer;

/// Appends `value` to `out`; layouts that the dictionary has not yet are added to it.
///
/// What serde cannot write, or is more than 128 deep, is `Refused`: then `out` is as it was.
pub fn write_value<T: Serialize + ?Sized>(
    value: &T,
    dictionary: &mut Dictionary,
    out: &mut Vec<u8>,
) -> Result<()> {
    let start = out.len();
    value.serialize(&mut Writer::new(dictionary, out)).map_err(|fault| {
        out.truncate(start);
        fault.of_writing()
    })
}
