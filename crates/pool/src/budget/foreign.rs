//! Code of users that the pool runs: it must not wait for its own pool.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

forebay_store::sync::thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs code that is not the pool's: a codec, a `Drop`, a `Clone`, a watcher. Whoever asks for room in
/// it is served at once or not at all, because what it would wait for may be its own caller.
pub(crate) fn foreign<R>(code: impl FnOnce() -> R) -> R {
    let inside = Inside::enter();
    let result = code();
    drop(inside);
    result
}

/// Runs code of the pool that code of users has set off, as if it had been set off elsewhere.
pub(crate) fn native<R>(code: impl FnOnce() -> R) -> R {
    let outside = Outside(DEPTH.with(|depth| depth.replace(0)));
    let result = code();
    drop(outside);
    result
}

/// Whether code of users that the pool runs is on this thread's stack.
pub(crate) fn is_foreign() -> bool {
    DEPTH.with(Cell::get) > 0
}

/// What a panic was thrown with may panic when it is dropped; what that is thrown with is leaked.
pub(crate) fn lose(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(second);
    }
}

/// Counts one level, also if the code panics.
struct Inside;

impl Inside {
    fn enter() -> Self {
        DEPTH.with(|depth| depth.set(depth.get() + 1));
        Self
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(depth.get() - 1));
    }
}

/// Brings the levels back that were left.
struct Outside(u32);

impl Drop for Outside {
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(self.0));
    }
}
