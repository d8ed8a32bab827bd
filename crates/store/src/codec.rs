//! From typed values to bytes, for stores of bytes.

use bytes::Bytes;
use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// How a store of bytes writes a `T`. Values in memory are the user's own types; bytes exist only
/// where they must.
///
/// Equal keys must encode to equal bytes.
pub trait Codec<T>: Send + Sync + 'static {
    /// A short name that the store keeps with the data, so that a wrong codec is noticed on open.
    fn name(&self) -> &'static str;

    /// The bytes of `value`. An error is [`Refused`](crate::ErrorKind::Refused).
    fn encode(&self, value: &T) -> Result<Vec<u8>>;

    /// Adds the bytes of `value` to the end of `bytes`. What is there after an error is of no use.
    fn encode_into(&self, value: &T, bytes: &mut Vec<u8>) -> Result<()> {
        bytes.extend_from_slice(&self.encode(value)?);
        Ok(())
    }

    /// The value in `bytes`. An error is [`Corrupt`](crate::ErrorKind::Corrupt).
    fn decode(&self, bytes: &[u8]) -> Result<T>;
}

/// Any serde type, in postcard's documented wire format. The default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Postcard;

impl<T: Serialize + DeserializeOwned> Codec<T> for Postcard {
    fn name(&self) -> &'static str {
        "postcard"
    }

    fn encode(&self, value: &T) -> Result<Vec<u8>> {
        postcard::to_allocvec(value)
            .map_err(|error| Error::refused("encode the value as postcard").with_source(error))
    }

    fn encode_into(&self, value: &T, bytes: &mut Vec<u8>) -> Result<()> {
        postcard::serialize_with_flavor(value, Appended(bytes))
            .map_err(|error| Error::refused("encode the value as postcard").with_source(error))
    }

    fn decode(&self, bytes: &[u8]) -> Result<T> {
        let (value, rest) = postcard::take_from_bytes(bytes).map_err(|error| {
            Error::corrupt("stored bytes are not postcard of this type").with_source(error)
        })?;
        if rest.is_empty() {
            Ok(value)
        } else {
            Err(Error::corrupt("stored bytes are longer than a postcard value of this type"))
        }
    }
}

/// Postcard to the end of some bytes, where they are.
struct Appended<'a>(&'a mut Vec<u8>);

impl Flavor for Appended<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Bytes as they are: for `Vec<u8>` and [`Bytes`]; and `u64` as eight bytes in the order of the numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Raw;

impl Codec<Vec<u8>> for Raw {
    fn name(&self) -> &'static str {
        "raw"
    }
    fn encode(&self, value: &Vec<u8>) -> Result<Vec<u8>> {
        Ok(value.clone())
    }

    fn encode_into(&self, value: &Vec<u8>, bytes: &mut Vec<u8>) -> Result<()> {
        bytes.extend_from_slice(value);
        Ok(())
    }

    fn decode(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        Ok(bytes.to_vec())
    }
}

impl Codec<Bytes> for Raw {
    fn name(&self) -> &'static str {
        "raw"
    }
    fn encode(&self, value: &Bytes) -> Result<Vec<u8>> {
        Ok(value.to_vec())
    }

    fn encode_into(&self, value: &Bytes, bytes: &mut Vec<u8>) -> Result<()> {
        bytes.extend_from_slice(value);
        Ok(())
    }

    fn decode(&self, bytes: &[u8]) -> Result<Bytes> {
        Ok(Bytes::copy_from_slice(bytes))
    }
}

/// The highest byte first, so that their order is that of the numbers.
impl Codec<u64> for Raw {
    fn name(&self) -> &'static str {
        "u64"
    }

    fn encode(&self, value: &u64) -> Result<Vec<u8>> {
        Ok(value.to_be_bytes().to_vec())
    }

    fn decode(&self, bytes: &[u8]) -> Result<u64> {
        let bytes = bytes.try_into().map_err(|_| Error::corrupt("a number has eight bytes"))?;
        Ok(u64::from_be_bytes(bytes))
    }
}
