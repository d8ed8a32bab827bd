//! Calls of code that is not the pool's: its panics end here, as errors.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_store::{Error, ErrorKind, Result};

use crate::budget::{foreign, lose};

/// Calls an object's codec. Its panic is `Refused`: the same value would panic again.
pub(super) fn of_codec<R>(call: impl FnOnce() -> Result<R>) -> Result<R> {
    caught(ErrorKind::Refused, "the codec panicked", call)
}

/// Calls a medium. Its panic is `Unavailable`, as a failure of its device is.
pub(crate) fn of_medium<R>(call: impl FnOnce() -> Result<R>) -> Result<R> {
    caught(ErrorKind::Unavailable, "the medium panicked", call)
}

/// Drops a value of the user's.
pub(super) fn discard<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| foreign(|| drop(value)))) {
        lose(payload);
    }
}

fn caught<R>(
    kind: ErrorKind,
    message: &'static str,
    call: impl FnOnce() -> Result<R>,
) -> Result<R> {
    catch_unwind(AssertUnwindSafe(|| foreign(call))).unwrap_or_else(|payload| {
        let said = payload.downcast_ref::<&str>().map(|said| (*said).to_owned());
        let said = said.or_else(|| payload.downcast_ref::<String>().cloned());
        lose(payload);
        Err(match said {
            Some(said) => Error::new(kind, format!("{message}: {said}")),
            None => Error::new(kind, message),
        })
    })
}
