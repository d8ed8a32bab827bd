//! A watch that came too late.

use std::error::Error as _;
use std::fmt;

use forebay_store::Error;

use crate::revision::Revision;

/// The changes that a watch wants next are not kept any more. It is the source of an
/// [`Unavailable`](forebay_store::ErrorKind::Unavailable) error.
///
/// Begin anew then, with a view: [`Watching::begin`](crate::Watching::begin).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FellBehind {
    /// The last revision that the watch has seen.
    pub seen: Revision,
    /// The first revision whose changes are kept.
    pub oldest: Revision,
}

impl FellBehind {
    /// What an error of a watch says, if it says this.
    pub fn of(error: &Error) -> Option<&Self> {
        error.source()?.downcast_ref()
    }
}

impl fmt::Display for FellBehind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it has seen revision {}, and {} is the oldest kept", self.seen, self.oldest)
    }
}

impl std::error::Error for FellBehind {}

impl From<FellBehind> for Error {
    fn from(behind: FellBehind) -> Self {
        Self::unavailable(format!("the watch fell behind: {behind}")).with_source(behind)
    }
}
