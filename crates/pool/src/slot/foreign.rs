//! Code of others: codecs, `Drop`, `Clone`, watchers, wakers, media.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_store::{Error, Result};

use super::desk_depth;

forebay_store::sync::thread_local! {
    static DEPTH: Cell<u32> = Cell::new(0);
}

/// Calls code of others. Its panic is the error, which says what panicked.
pub(crate) fn run<R>(what: &'static str, call: impl FnOnce() -> R) -> Result<R> {
    desk_depth::assert_none();
    DEPTH.with(|depth| depth.set(depth.get() + 1));
    let result = catch_unwind(AssertUnwindSafe(call));
    DEPTH.with(|depth| depth.set(depth.get() - 1));
    result.map_err(|_| Error::refused(format!("{what} panicked")))
}

/// Whether this thread is inside code of others that a pool has called.
pub(crate) fn is_inside() -> bool {
    DEPTH.with(Cell::get) > 0
}
