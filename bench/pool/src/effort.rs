//! How long it is measured.

use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    /// Hits and inserts: so long in each round.
    pub(crate) timed: Duration,
}

impl Effort {
    pub(crate) const FULL: Self = Self { rounds: 9, timed: Duration::from_millis(200) };

    pub(crate) const QUICK: Self = Self { rounds: 3, timed: Duration::from_millis(50) };
}
