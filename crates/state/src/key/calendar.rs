//! `jiff`'s points in time and its dates.

use forebay_store::{Error, Result};
use jiff::Timestamp;
use jiff::civil::Date;

use super::time::checked;
use super::{Key, KeyBytes, KeyReader, Place, Shape};

impl Key for Timestamp {
    type Tail = ();
    const SHAPE: Shape = Shape::Named { name: "timestamp" };

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        let second = 1_000_000_000;
        // Both have the sign of the whole, so rounding down needs a second back before 1970.
        let (seconds, over) = (self.as_second(), self.subsec_nanosecond());
        let seconds = if over < 0 { seconds - 1 } else { seconds };
        let over = over.rem_euclid(second).unsigned_abs();
        (seconds, over).encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        let (seconds, nanoseconds) = <(i64, u32)>::decode(bytes, place)?;
        Self::new(seconds, checked(nanoseconds)?.cast_signed())
            .map_err(|error| Error::corrupt("no timestamp in a key").with_source(error))
    }
}

impl Key for Date {
    type Tail = ();
    const SHAPE: Shape = Shape::Named { name: "date" };

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        let month = self.month().unsigned_abs();
        let day = self.day().unsigned_abs();
        (self.year(), month, day).encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        let (year, month, day) = <(i16, u8, u8)>::decode(bytes, place)?;
        Self::new(year, month.cast_signed(), day.cast_signed())
            .map_err(|error| Error::corrupt("no date in a key").with_source(error))
    }
}
