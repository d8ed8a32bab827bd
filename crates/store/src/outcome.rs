//! What became of one write of a batch.

use crate::error::{Error, ErrorKind};

/// The outcome of one write. A store answers one per write, in the order of the batch.
///
/// The four say different things about the *next* step, so a store should choose with care:
/// a wrong `Refused` puts a good value into quarantine, a wrong `Retry` asks for ever.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It is in the store, as durable as the store makes things.
    Stored,
    /// It is not in the store and never will be as it is (a constraint, a size limit).
    Refused(Error),
    /// It is not in the store; trying again later may help (overload, a lost connection).
    Retry(Error),
    /// It may or may not be in the store (a time-out after sending). It is no longer under way.
    Unknown(Error),
}

impl Outcome {
    /// Whether the write is in the store.
    pub fn is_stored(&self) -> bool {
        matches!(self, Self::Stored)
    }

    /// What an error for a whole batch says about each of its writes.
    pub fn of_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Busy | ErrorKind::Closed => {
                Self::Retry(error.clone())
            }
            ErrorKind::Unknown | ErrorKind::Aborted => Self::Unknown(error.clone()),
            ErrorKind::Refused
            | ErrorKind::Unsupported
            | ErrorKind::Corrupt
            | ErrorKind::Invalid => Self::Refused(error.clone()),
        }
    }

    /// What the answer to a batch says about each of its `writes` writes. A store that answers
    /// another number of outcomes has broken its contract; then every write is `Unknown`.
    pub fn of_answer(answer: Result<Vec<Self>, Error>, writes: usize) -> Vec<Self> {
        let error = match answer {
            Ok(outcomes) if outcomes.len() == writes => return outcomes,
            Ok(outcomes) => {
                let answered = outcomes.len();
                Error::unknown(format!(
                    "the store answered {answered} outcomes for {writes} writes"
                ))
            }
            Err(error) => error,
        };
        vec![Self::of_error(&error); writes]
    }

    /// `Ok` if stored, else the error in it.
    pub fn into_result(self) -> Result<(), Error> {
        match self {
            Self::Stored => Ok(()),
            Self::Refused(error) | Self::Retry(error) | Self::Unknown(error) => Err(error),
        }
    }
}
