//! `bool` and `char`.

use forebay_store::{Error, Result};

use super::{Key, KeyBytes, KeyReader, Place, Shape};

impl Key for bool {
    type Tail = ();
    const SHAPE: Shape = Shape::Named { name: "bool" };

    fn encode(&self, _: Place, out: &mut KeyBytes) {
        out.push(u8::from(*self));
    }

    fn decode(bytes: &mut KeyReader<'_>, _: Place) -> Result<Self> {
        match bytes.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(Error::corrupt(format!("{other:#04x} for a bool in a key"))),
        }
    }
}

impl Key for char {
    type Tail = ();
    const SHAPE: Shape = Shape::Named { name: "char" };

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        u32::from(*self).encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        let value = u32::decode(bytes, place)?;
        Self::from_u32(value)
            .ok_or_else(|| Error::corrupt(format!("{value:#x} for a char in a key")))
    }
}
