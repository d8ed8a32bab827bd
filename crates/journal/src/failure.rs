//! Errors that are the journal's own.

use std::error::Error as StdError;
use std::fmt;

use forebay_store::Error;

/// Stands among the causes of an error of the journal. So an operator of a journal and a store can
/// tell which disk to look at. It displays the error in it.
///
/// ```
/// use forebay_journal::JournalFailure;
/// use forebay_store::Error;
///
/// let cause = JournalFailure::from(Error::unavailable("sync the journal"));
/// let error = Error::unavailable("the write is not accepted").with_source(cause);
/// assert!(JournalFailure::is_behind(&error));
/// assert!(!JournalFailure::is_behind(&Error::unavailable("connect to the database")));
/// ```
#[derive(Clone, Debug)]
pub struct JournalFailure(Error);

impl JournalFailure {
    /// Whether the error comes from a journal.
    pub fn is_behind(error: &Error) -> bool {
        let mut cause = error.source();
        while let Some(error) = cause {
            if error.is::<Self>() {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

impl From<Error> for JournalFailure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for JournalFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for JournalFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}
