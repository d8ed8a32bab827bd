//! How far an import is.

/// How far an import is, in bytes of the etchdb's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Bytes that were read in this phase.
    pub done: u64,
    /// Bytes that there are.
    pub total: u64,
}

/// An import reads everything twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// Everything is read and decoded, nothing is written.
    Checking,
    /// It is read again and put into the tables.
    Filling,
}
