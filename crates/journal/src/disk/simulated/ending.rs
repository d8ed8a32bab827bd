//! When a run ends, and what is said to calls that come too late.

use std::io;

use super::faults::Call;

/// How a process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The power fails.
    PowerCut,
    /// The process is killed.
    Kill,
}

impl Ending {
    pub(super) fn error(self) -> io::Error {
        io::Error::other(match self {
            Self::PowerCut => "the power of the simulated disk is off",
            Self::Kill => "the simulated process was killed",
        })
    }
}

/// What an open file of a process says after its end.
pub(super) fn too_late() -> io::Error {
    io::Error::other("the simulated process that opened this has ended")
}

/// Burns down with each call, and then the run ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fuse {
    /// How many calls still pass.
    pub(super) left: u64,
    /// Whether only calls that change something count.
    pub(super) only_changes: bool,
    pub(super) ending: Ending,
}

impl Fuse {
    /// One call: the ending, if this is the call that is cut off.
    pub(super) fn burn(&mut self, call: Call) -> Option<Ending> {
        if self.only_changes && !call.is_change() {
            return None;
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                None
            }
            None => Some(self.ending),
        }
    }
}
