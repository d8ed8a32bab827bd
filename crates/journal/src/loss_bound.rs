//! What would be lost if something happened now.

use std::time::Duration;

/// What a fault would lose at most if it came at this instant, see
/// [`Journal::loss_bound`](crate::Journal::loss_bound).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LossBound {
    /// If the process were killed: what is accepted and not yet with the operating system.
    pub killed: Loss,
    /// If the power failed: what is accepted and not yet on the device.
    pub power_cut: Loss,
}

/// An amount of records, the newest of a journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loss {
    /// The bytes of their frames, as [`Frame::length`](crate::Frame::length) counts them.
    pub bytes: u64,
    /// How many records they are.
    pub records: u64,
    /// How long the oldest of them has waited, at most: it is counted from the first of those that
    /// wait for the same sync.
    pub age: Duration,
}
