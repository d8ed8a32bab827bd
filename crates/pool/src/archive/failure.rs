//! What is said when the disk refuses.

use forebay_store::Error;

pub(crate) use crate::disk::failed;

/// The same error, which says where; as it is, if it does already.
#[cold]
pub(crate) fn at(place: &str, error: &Error) -> Error {
    if error.to_string().contains(place) {
        return error.clone();
    }
    let message = format!("{place}: {error}");
    let located = match error.retry_after() {
        Some(after) => Error::busy(message, after),
        None => Error::new(error.kind(), message),
    };
    match std::error::Error::source(error) {
        Some(_) => located.with_source(error.clone()),
        None => located,
    }
}
