//! Keys and values as the journal holds them. A value fills as many bytes as it claims to, and a
//! wrong one among them is noticed.

use forebay_store::{Codec, Error, Result, WallTime};

use crate::value::{Name, Tag, Tagged};

/// The codec.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filled;

impl Codec<Name> for Filled {
    fn name(&self) -> &'static str {
        "name"
    }

    fn encode(&self, name: &Name) -> Result<Vec<u8>> {
        Ok(name.to_le_bytes().to_vec())
    }

    fn decode(&self, bytes: &[u8]) -> Result<Name> {
        let bytes = bytes.try_into().map_err(|_| Error::corrupt("a name has two bytes"))?;
        Ok(Name::from_le_bytes(bytes))
    }
}

impl Codec<Tagged> for Filled {
    fn name(&self) -> &'static str {
        "filled"
    }

    fn encode(&self, value: &Tagged) -> Result<Vec<u8>> {
        let expiry = value.expires_at.map_or(0, |at| at.0);
        let mut bytes = Vec::with_capacity(16 + value.bytes);
        bytes.extend_from_slice(&value.tag.to_le_bytes());
        bytes.extend_from_slice(&expiry.to_le_bytes());
        bytes.extend(filling(value.tag).take(value.bytes));
        Ok(bytes)
    }

    fn decode(&self, bytes: &[u8]) -> Result<Tagged> {
        let (tag, rest) = number(bytes)?;
        let (expiry, rest) = number(rest)?;
        if !filling(tag).zip(rest).all(|(is, found)| is == *found) {
            return Err(Error::corrupt("a value is filled with something else"));
        }
        let expires_at = (expiry > 0).then_some(WallTime(expiry));
        Ok(Tagged { tag, bytes: rest.len(), expires_at })
    }
}

fn number(bytes: &[u8]) -> Result<(u64, &[u8])> {
    let (number, rest) =
        bytes.split_first_chunk().ok_or_else(|| Error::corrupt("a value is too short"))?;
    Ok((u64::from_le_bytes(*number), rest))
}

fn filling(tag: Tag) -> impl Iterator<Item = u8> {
    let start = tag.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()[7];
    std::iter::successors(Some(start), |before| Some(before.wrapping_mul(5).wrapping_add(7)))
}
