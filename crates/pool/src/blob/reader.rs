//! Reads a blob, and checks it on the way.

use forebay_store::{Error, Result};

use super::head::{Expected, HEAD, Head};
use crate::codec::{Aligned, Source};
use crate::medium::{Medium, Place, Reading};
use crate::object::Object;

/// The head at a place.
pub(crate) fn read_head(from: &dyn Medium, place: Place) -> Result<Head> {
    let mut bytes = [0; HEAD];
    from.reading(place)?.read(0, &mut bytes)?;
    Head::from_bytes(&bytes)
}

/// The object at a place. A panic of the codec is an error.
pub(crate) fn read_blob<T: Object>(
    from: &dyn Medium,
    place: Place,
    _expected: &Expected,
    scrap: Option<T>,
) -> Result<T> {
    let mut reading = from.reading(place)?;
    let mut bytes = [0; HEAD];
    reading.read(0, &mut bytes)?;
    let head = Head::from_bytes(&bytes)?;
    let at = u64::from(head.offset);
    T::CODEC.decode(&mut Payload { reading, at, left: head.stored, length: head.stored }, scrap)
}

struct Payload<'a> {
    reading: Box<dyn Reading + 'a>,
    at: u64,
    left: u64,
    length: u64,
}

impl Source for Payload<'_> {
    fn length(&self) -> u64 {
        self.length
    }

    fn fill(&mut self, into: &mut [u8]) -> Result<()> {
        let asked = into.len() as u64;
        self.left =
            self.left.checked_sub(asked).ok_or_else(|| Error::corrupt("a blob ends early"))?;
        self.reading.read(self.at, into)?;
        self.at += asked;
        Ok(())
    }

    fn whole(&mut self) -> Result<Aligned> {
        let length = usize::try_from(self.left);
        let length = length.map_err(|_| Error::refused("longer than memory has addresses"))?;
        let mut bytes = Aligned::zeroed(length);
        self.fill(bytes.as_mut_slice())?;
        Ok(bytes)
    }
}
