//! What an error of the object storage means for its caller.

use forebay_store::{Error, ErrorKind, Outcome};
use object_store::Error as Cause;

/// The error for a call that changes nothing.
#[cold]
pub(crate) fn error(what: &str, cause: Cause) -> Error {
    let kind = kind_of(&cause).unwrap_or(ErrorKind::Unavailable);
    Error::new(kind, what.to_owned()).with_source(cause)
}

/// What became of a write that failed so. A client tries again by itself, and its last answer says nothing of
/// the tries before: only what it never sends has clearly not happened.
#[cold]
pub(crate) fn outcome(what: &str, cause: Cause) -> Outcome {
    let clear = kind_of(&cause).filter(|kind| *kind != ErrorKind::Unavailable);
    let kind = clear.unwrap_or(ErrorKind::Unknown);
    Outcome::of_error(&Error::new(kind, what.to_owned()).with_source(cause))
}

/// A write of which it is not known whether it happened, whatever the storage said.
#[cold]
pub(crate) fn unknown(what: &str, cause: Cause) -> Outcome {
    Outcome::Unknown(Error::unknown(what.to_owned()).with_source(cause))
}

/// `None`: the storage gave no clear answer.
fn kind_of(cause: &Cause) -> Option<ErrorKind> {
    match cause {
        // With other rights, or when the bucket is there, the same call may succeed.
        Cause::PermissionDenied { .. }
        | Cause::Unauthenticated { .. }
        | Cause::NotFound { .. }
        | Cause::AlreadyExists { .. }
        | Cause::Precondition { .. }
        | Cause::NotModified { .. } => Some(ErrorKind::Unavailable),
        Cause::NotSupported { .. } | Cause::NotImplemented { .. } => Some(ErrorKind::Unsupported),
        Cause::InvalidPath { .. } | Cause::UnknownConfigurationKey { .. } => {
            Some(ErrorKind::Invalid)
        }
        // `Generic`, what a runtime says of its tasks, and what is to come.
        _ => None,
    }
}
