//! Times: seconds, then what is over, so that times before 1970 are in order, too.

use std::time::{Duration, SystemTime};

use forebay_store::seam::WallTime;
use forebay_store::{Error, Result};

use super::{Key, KeyBytes, KeyReader, Place, Shape};

const SECOND: u32 = 1_000_000_000;

impl Key for Duration {
    type Tail = ();
    const SHAPE: Shape = Shape::Named { name: "duration" };

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        (self.as_secs(), self.subsec_nanos()).encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        let (seconds, nanoseconds) = Key::decode(bytes, place)?;
        Ok(Self::new(seconds, checked(nanoseconds)?))
    }
}

impl Key for SystemTime {
    type Tail = ();
    const SHAPE: Shape = Shape::Named { name: "time" };

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        split(*self).encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        let (seconds, nanoseconds) = Key::decode(bytes, place)?;
        join(seconds, checked(nanoseconds)?)
            .filter(|time| split(*time) == (seconds, nanoseconds))
            .ok_or_else(|| Error::unsupported("this machine's clock cannot hold a time in a key"))
    }
}

impl Key for WallTime {
    type Tail = ();
    const SHAPE: Shape = Shape::Named { name: "walltime" };

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        self.0.encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        Key::decode(bytes, place).map(Self)
    }
}

/// So many nanoseconds, if they are less than a second.
pub(super) fn checked(nanoseconds: u32) -> Result<u32> {
    if nanoseconds < SECOND {
        return Ok(nanoseconds);
    }
    Err(Error::corrupt(format!("{nanoseconds} nanoseconds beside the seconds in a key")))
}

/// Seconds since 1970, rounded down, and the nanoseconds since then.
///
/// No platform's clock goes beyond 64 bits of seconds; there it would stop rather than turn over.
fn split(time: SystemTime) -> (i64, u32) {
    let before = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => {
            return (i64::try_from(after.as_secs()).unwrap_or(i64::MAX), after.subsec_nanos());
        }
        Err(error) => error.duration(),
    };
    let whole = 0_i64.saturating_sub_unsigned(before.as_secs());
    match before.subsec_nanos() {
        0 => (whole, 0),
        over => (whole.saturating_sub(1), SECOND - over),
    }
}

fn join(seconds: i64, nanoseconds: u32) -> Option<SystemTime> {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let over = Duration::from_nanos(nanoseconds.into());
    if seconds >= 0 {
        SystemTime::UNIX_EPOCH.checked_add(whole.checked_add(over)?)
    } else {
        SystemTime::UNIX_EPOCH.checked_sub(whole.checked_sub(over)?)
    }
}
