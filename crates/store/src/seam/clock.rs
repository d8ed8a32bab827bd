//! Time as the core sees it.

use std::time::Duration;

use super::Job;

/// A point of a clock that never goes back: nanoseconds since some start of that clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub u64);

impl Moment {
    /// The moment `delay` later.
    pub fn after(self, delay: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX)))
    }

    /// How long it is from `earlier` to this; zero if `earlier` is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// A date: milliseconds since 1970-01-01 UTC. It may jump; it is for expiry only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime(pub u64);

/// Time and timers.
pub trait Clock: Send + Sync + 'static {
    /// Now, on the clock that never goes back.
    fn now(&self) -> Moment;

    /// A moment that is not later than now, and not much earlier: for the dates of what is often dated. A clock that
    /// has a cheaper way to such a moment than to [`now`](Self::now) takes it; the system's is up to one of its
    /// ticks behind, some milliseconds. It does not go back either, but may be behind a `now` of before.
    fn recent(&self) -> Moment {
        self.now()
    }

    /// Now, as a date.
    fn wall(&self) -> WallTime;

    /// Runs `job` once `delay` has passed. It must be short; longer work goes to
    /// [`Spawn`](super::Spawn). There is no cancelling: a job looks whether it is still wanted.
    fn after(&self, delay: Duration, job: Job);
}
