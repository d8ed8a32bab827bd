//! One `clone` of a value that panics: what must neither break nor hold up anything else.

use std::cell::Cell;
use std::panic::resume_unwind;

thread_local! {
    /// After so many clones from now one panics; 0: none does.
    static LEFT: Cell<u64> = const { Cell::new(0) };
}

/// The clone after so many panics.
pub(crate) fn light(clones: u64) {
    LEFT.set(clones);
}

/// None does any more.
pub(crate) fn put_out() {
    LEFT.set(0);
}

/// A value is cloned.
pub(crate) fn burn() {
    let left = LEFT.get();
    LEFT.set(left.saturating_sub(1));
    if left == 1 {
        // Not `panic!`: nobody wants to see the message.
        resume_unwind(Box::new("this clone panics"));
    }
}
