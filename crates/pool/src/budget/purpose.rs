//! What room is taken for.

/// What room is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A value in memory.
    Resident,
    /// A value on its way into memory.
    Loading,
    /// A blob that is made.
    Encoding,
    /// The caller's own memory.
    Reserved,
    /// What the pool needs for itself.
    Own,
}
