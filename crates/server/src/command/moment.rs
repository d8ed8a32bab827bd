//! Moments and times to live, as clients give them.

use forebay::WallTime;

use super::{Call, Failure};

/// In what a client counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Millis,
}

impl Unit {
    /// Milliseconds in this unit, rounded to the nearest.
    pub(crate) fn of_millis(self, millis: u64) -> i64 {
        let count = match self {
            Self::Seconds => millis.saturating_add(500) / 1000,
            Self::Millis => millis,
        };
        i64::try_from(count).unwrap_or(i64::MAX)
    }

    fn to_millis(self, count: i64) -> Option<i64> {
        match self {
            Self::Seconds => count.checked_mul(1000),
            Self::Millis => Some(count),
        }
    }
}

/// The moment that the argument at `index` names; it may have passed.
pub(crate) fn moment(
    call: &Call<'_>,
    index: usize,
    unit: Unit,
    is_relative: bool,
) -> Result<i64, Failure> {
    let millis = unit.to_millis(call.integer(index)?);
    let start =
        if is_relative { i64::try_from(call.keyspace().now().0).unwrap_or(i64::MAX) } else { 0 };
    let moment = millis.and_then(|millis| millis.checked_add(start));
    moment.ok_or_else(|| Failure::expire_time(call.spec.name))
}

/// The time to live at `index`, which must be positive, as a moment.
pub(crate) fn after(call: &Call<'_>, index: usize, unit: Unit) -> Result<WallTime, Failure> {
    positive(call, index, unit, true)
}

/// The moment at `index`, which must be positive but may have passed.
pub(crate) fn at(call: &Call<'_>, index: usize, unit: Unit) -> Result<WallTime, Failure> {
    positive(call, index, unit, false)
}

fn positive(
    call: &Call<'_>,
    index: usize,
    unit: Unit,
    is_relative: bool,
) -> Result<WallTime, Failure> {
    if call.integer(index)? <= 0 {
        return Err(Failure::expire_time(call.spec.name));
    }
    let moment = moment(call, index, unit, is_relative)?;
    Ok(WallTime(moment.unsigned_abs()))
}
