//! What can go wrong, by the call or by the write.

use crate::error::{Error, ErrorKind};
use crate::outcome::Outcome;

/// What goes wrong with one call to apply a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApplyFault {
    /// Nothing is applied and the whole call is an error of this kind.
    Error(ErrorKind),
    /// This goes wrong with every write of the batch.
    Each(WriteFault),
    /// The first half of the writes (the smaller half) is stored, the others answer `Retry`. In a
    /// store with atomic batches nothing is stored.
    Half,
    /// Nothing is applied and the store panics.
    Panic,
}

/// What goes wrong with one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteFault {
    /// It is not applied and answers `Refused`.
    Refused,
    /// It is not applied and answers `Retry`.
    Retry,
    /// It is applied and answers `Unknown`, as after an answer that was lost.
    UnknownApplied,
    /// It is not applied and answers `Unknown`, as after a request that was lost.
    UnknownLost,
}

/// What goes wrong with one call to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadFault {
    /// The call is an error of this kind.
    Error(ErrorKind),
    /// The store panics.
    Panic,
}

impl WriteFault {
    pub(super) fn is_applied(self) -> bool {
        self == Self::UnknownApplied
    }

    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Refused => Outcome::Refused(Error::refused("the script refuses this write")),
            Self::Retry => Outcome::Retry(Error::unavailable("the script puts this write off")),
            Self::UnknownApplied | Self::UnknownLost => {
                Outcome::Unknown(Error::unknown("the script loses sight of this write"))
            }
        }
    }
}
