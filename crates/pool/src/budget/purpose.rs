//! What room is taken for.

/// What room is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A value in memory.
    Resident,
    /// A value on its way into memory.
    Loading,
    /// Buffers in which blobs are made: they are there for as long as writes are.
    Encoding,
    /// A blob as a whole, or a piece of it, on its way to or from a medium: it goes away by itself.
    Passing,
    /// The caller's own memory.
    Reserved,
    /// What the pool needs for itself.
    Own,
}
