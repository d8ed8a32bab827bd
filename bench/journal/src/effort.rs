//! How long it is measured.

use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    /// Work that nobody looks at, in each round: files grow, memory is touched.
    pub(crate) warm_up: Duration,
    pub(crate) timed: Duration,
    pub(crate) recovery_rounds: usize,
}

impl Effort {
    pub(crate) const FULL: Self = Self {
        rounds: 5,
        warm_up: Duration::from_millis(300),
        timed: Duration::from_secs(1),
        recovery_rounds: 3,
    };

    pub(crate) const QUICK: Self = Self {
        rounds: 2,
        warm_up: Duration::from_millis(100),
        timed: Duration::from_millis(250),
        recovery_rounds: 1,
    };
}
