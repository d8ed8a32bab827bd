//! The number of a state.

use std::fmt;

/// The number of the state after a committed transaction; it only rises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub u64);

/// How many revisions each owner of a state has for its own: 2 to this power.
const LIFE_BITS: u32 = 32;

impl Revision {
    /// Before the first transaction of this owner. Revisions of an owner before, even of what was
    /// shown and then died with the process, are lower.
    pub(crate) fn begin(life: u64) -> Self {
        Self(life << LIFE_BITS)
    }

    /// The owner that gave it.
    pub(crate) fn life(self) -> u64 {
        self.0 >> LIFE_BITS
    }

    #[inline]
    pub(crate) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
