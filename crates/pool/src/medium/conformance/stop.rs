//! Why a check ends before its end.

use std::fmt::Debug;

use forebay_store::Error;

/// What a check finds: nothing, or why it stops.
pub(super) type Found<T = ()> = Result<T, Stop>;

/// Why a check ends before its end.
#[derive(Debug)]
pub(super) enum Stop {
    Failed(String),
    Skipped(String),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(format!("a call failed: {error:?}"))
    }
}

/// Fails the check unless `seen` is `expected`.
pub(super) fn expect<T: PartialEq + Debug>(what: &str, seen: &T, expected: &T) -> Found {
    if seen == expected {
        return Ok(());
    }
    failed(format!("{what}: expected {expected:?}, saw {seen:?}"))
}

/// Fails the check unless it is so.
pub(super) fn expect_that(is_so: bool, what: impl Into<String>) -> Found {
    if is_so { Ok(()) } else { failed(what) }
}

pub(super) fn failed<T>(what: impl Into<String>) -> Found<T> {
    Err(Stop::Failed(what.into()))
}
