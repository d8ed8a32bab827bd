//! Damage: acknowledged bytes that are not there.

use std::fmt;

use forebay_store::Error;

/// Where acknowledged bytes are missing, and how that is known. It is the `source` of the
/// [`Corrupt`](forebay_store::ErrorKind::Corrupt) error that opening a damaged journal gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub file: String,
    /// Where in the file.
    pub offset: u64,
    /// The first record that is missing; every earlier one is good. 0 if it is not known.
    pub due: u64,
    /// What is wrong, and how that is known.
    pub what: String,
}

impl Damage {
    pub(crate) fn new(file: &str, offset: u64, due: u64, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), offset, due, what: what.into() }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, offset, due, what } = self;
        write!(f, "{file} at byte {offset}: {what}")?;
        if *due > 0 {
            write!(f, "; records from {due} on are missing, every earlier one is good")?;
        }
        Ok(())
    }
}

impl std::error::Error for Damage {}

impl From<Damage> for Error {
    fn from(damage: Damage) -> Self {
        let message = format!("the journal is damaged: {damage}. Nothing on disk was changed");
        Self::corrupt(message).with_source(damage)
    }
}
