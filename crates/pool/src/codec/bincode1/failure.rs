//! An error of ours, where serde wants one that it can make.

use std::fmt;

use forebay_store::Error;

/// An error of ours, where serde wants one that it can make.
#[derive(Debug)]
pub(super) struct Failure(pub(super) Error);

impl Failure {
    /// The bytes are not what they should be.
    #[cold]
    pub(super) fn corrupt(why: impl fmt::Display) -> Self {
        Self(Error::corrupt(format!("stored bytes are not bincode of this type: {why}")))
    }

    /// The value has no such bytes.
    #[cold]
    pub(super) fn refused(why: impl fmt::Display) -> Self {
        Self(Error::refused(format!("encode the value as bincode: {why}")))
    }
}

impl serde::de::Error for Failure {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self::corrupt(why)
    }
}

impl serde::ser::Error for Failure {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self::refused(why)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Failure {}
