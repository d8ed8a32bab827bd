//! An object that could not be read.

use std::fmt;

use forebay_store::Error;

use crate::key::Key;

/// An object that could not be read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Damage {
    /// Its key.
    pub key: Key,
    /// Where it is.
    pub place: String,
    /// Why.
    pub error: Error,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.error.chain())
    }
}
