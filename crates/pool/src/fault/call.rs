//! The calls of a medium, and how they fail.

use forebay_store::Error;

/// A call of a medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// A blob is begun.
    Begin,
    /// Bytes of it are put.
    Put,
    /// It is sealed.
    Seal,
    /// A reading is begun.
    Reading,
    /// Bytes are read.
    Read,
    /// A place is freed. It cannot fail.
    Free,
}

impl Call {
    pub(super) const ALL: usize = 6;
}

/// How a call fails.
#[derive(Clone, Debug)]
pub enum Fault {
    /// With this error, and without effect.
    Error(Error),
    /// It panics.
    Panic,
    /// What is read has a wrong last bit.
    Flip,
}
