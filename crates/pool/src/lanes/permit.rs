//! The right to do one piece of I/O of a lane.

use std::fmt;
use std::sync::Arc;

use super::lane::{Lane, Work};
use super::traffic::Lanes;

/// The right to do one piece of I/O of a lane on this thread. When it is dropped whoever waits for
/// the place goes on.
pub(crate) struct Permit {
    lanes: Arc<Lanes>,
    lane: Lane,
}

impl Permit {
    pub(super) fn new(lanes: Arc<Lanes>, lane: Lane) -> Self {
        Self { lanes, lane }
    }

    /// The next piece of work, to be done with the same permit.
    pub(super) fn next(&self) -> Option<Box<dyn Work>> {
        self.lanes.with(self.lane, super::places::Places::next)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.lanes.leave(self.lane);
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("lane", &self.lane).finish_non_exhaustive()
    }
}
