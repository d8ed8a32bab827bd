//! `Option`: none before all else.

use forebay_store::{Error, Result};

use super::{Key, KeyBytes, KeyReader, Place, Shape};

const NONE: u8 = 0;
const SOME: u8 = 1;

impl<K: Key> Key for Option<K> {
    type Tail = K::Tail;
    const SHAPE: Shape = Shape::Of { name: "option", of: &K::SHAPE };

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        match self {
            None => out.push(NONE),
            Some(key) => {
                out.push(SOME);
                key.encode(place, out);
            }
        }
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        match bytes.byte()? {
            NONE => Ok(None),
            SOME => K::decode(bytes, place).map(Some),
            other => Err(Error::corrupt(format!("{other:#04x} for an option in a key"))),
        }
    }
}
