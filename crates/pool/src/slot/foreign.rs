//! Code of others, whose panics are caught: codecs, `Drop`, `Clone`, watchers, wakers, media.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_store::{Error, Result};

use super::desk_depth;
use crate::budget::{foreign, lose};

/// Calls code of others. Its panic is the error, which says what panicked.
pub(crate) fn run<R>(what: &'static str, call: impl FnOnce() -> R) -> Result<R> {
    desk_depth::assert_none();
    let result = foreign(|| catch_unwind(AssertUnwindSafe(call)));
    result.map_err(|payload| {
        lose(payload);
        Error::refused(format!("{what} panicked"))
    })
}

/// Calls what goes on with an answer, a waker perhaps: a panic there must not take along what comes
/// after it. What is asked there may wait, for it does not keep the pool from anything.
pub(crate) fn caught(call: impl FnOnce()) {
    desk_depth::assert_none();
    if let Err(payload) = catch_unwind(AssertUnwindSafe(call)) {
        lose(payload);
    }
}
