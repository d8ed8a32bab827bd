//! What is wrong with a record, and with which.

use forebay_store::Error;

/// What is wrong, and where.
pub(super) enum Wrong {
    /// With the record that is taken.
    Here(Error),
    /// With one before it, which is named.
    Before(Error),
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        Self::Here(error)
    }
}

#[cold]
pub(super) fn of_record(number: u64, error: Error) -> Error {
    let message = format!("record {number} of the journal: {error}");
    Error::new(error.kind(), message).with_source(error)
}
