//! How long it is measured.

use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    /// Work that nobody looks at, in each round: caches and branches settle.
    pub(crate) warm_up: Duration,
    pub(crate) timed: Duration,
}

impl Effort {
    pub(crate) const FULL: Self =
        Self { rounds: 7, warm_up: Duration::from_millis(40), timed: Duration::from_millis(200) };

    pub(crate) const QUICK: Self =
        Self { rounds: 3, warm_up: Duration::from_millis(20), timed: Duration::from_millis(80) };
}
