//! A value of the user's, read.

use forebay_store::Result;
use serde::Deserialize;

use super::bytes::Bytes;
use super::dictionary::Dictionary;
use super::drift::Drift;
use super::fault::Fault;
use super::reader::Reader;

/// Reads a value of which `bytes` is all.
///
/// Fields are matched by name; those that the type no longer has are passed over and noted in `drift`.
/// Bytes that cannot have been written so are `Corrupt`; bytes that are right but do not fit the type are `Invalid`.
pub fn read_value<'de, T: Deserialize<'de>>(
    bytes: &'de [u8],
    dictionary: &Dictionary,
    drift: &mut Drift,
) -> Result<T> {
    let mut reader = Reader::new(Bytes::new(bytes, dictionary), drift);
    let read = T::deserialize(&mut reader);
    let left = reader.left();
    read.and_then(|value| at_the_end(left).map(|()| value)).map_err(|fault| {
        // What damaged bytes happen to look like to the type does not matter.
        let damage = check_value(bytes, dictionary).err();
        damage.unwrap_or_else(|| fault.of_shape(bytes.len() - left))
    })
}

/// Whether `bytes` is a value, of whatever type; `Corrupt` if not.
pub fn check_value(bytes: &[u8], dictionary: &Dictionary) -> Result<()> {
    let mut rest = Bytes::new(bytes, dictionary);
    rest.skip()
        .and_then(|()| at_the_end(rest.left()))
        .map_err(|fault| fault.of_damage(bytes.len() - rest.left()))
}

fn at_the_end(left: usize) -> Result<(), Fault> {
    if left > 0 { Err(Fault::damaged("there are bytes behind it")) } else { Ok(()) }
}
