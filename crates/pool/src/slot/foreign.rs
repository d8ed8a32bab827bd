//! Code of others, whose panics are caught: codecs, `Drop`, `Clone`, watchers, wakers, media.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_store::{Error, Result};

use super::desk_depth;
use crate::budget::foreign;

/// Calls code of others. Its panic is the error, which says what panicked.
pub(crate) fn run<R>(what: &'static str, call: impl FnOnce() -> R) -> Result<R> {
    desk_depth::assert_none();
    let result = foreign(|| catch_unwind(AssertUnwindSafe(call)));
    result.map_err(|_| Error::refused(format!("{what} panicked")))
}
