//! The system's clock as of its last tick: what a processor has to look up to know the time itself, it need not.

use rustix::time::{ClockId, Timespec, clock_gettime};

use super::Moment;

/// The clock that never goes back, by its ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticks {
    start: u64,
}

impl Ticks {
    /// Their moments count from now on.
    pub(super) fn begin() -> Self {
        Self { start: nanos(clock_gettime(ClockId::Monotonic)) }
    }

    /// The moment of the last one.
    #[inline]
    pub(super) fn last(self) -> Moment {
        Moment(nanos(clock_gettime(ClockId::MonotonicCoarse)).saturating_sub(self.start))
    }
}

/// It counts from the start of the machine, so it is never negative.
#[inline]
fn nanos(time: Timespec) -> u64 {
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let rest = u64::try_from(time.tv_nsec).unwrap_or_default();
    seconds.saturating_mul(1_000_000_000).saturating_add(rest)
}
