//! What went wrong with a chore, in a sentence for the person who started it.

use std::fmt;

/// The result of a chore.
pub type Result<T = (), E = Failure> = std::result::Result<T, E>;

/// Why a chore did not succeed.
pub struct Failure(String);

impl Failure {
    /// A failure that is told in this sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// A failure to do `what`, with its cause.
    pub fn to(what: impl fmt::Display, cause: impl fmt::Display) -> Self {
        Self(format!("cannot {what}: {cause}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Only the terminal can fail to be written to without anybody having said what was being done.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::to("write to the terminal", error)
    }
}
