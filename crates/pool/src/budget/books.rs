//! What a ledger stands at.

/// What a ledger stands at, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Books {
    pub(crate) resident: u64,
    pub(crate) loading: u64,
    pub(crate) encoding: u64,
    pub(crate) reserved: u64,
    pub(crate) own: u64,
    pub(crate) budget: u64,
    pub(crate) low: u64,
    pub(crate) high: u64,
    /// What the first in the line misses.
    pub(crate) lack: u64,
    /// How many stand in the line.
    pub(crate) waiting: u64,
}

impl Books {
    /// Everything that is taken.
    pub(crate) fn used(&self) -> u64 {
        self.resident + self.loading + self.encoding + self.reserved + self.own
    }
}
