//! What the tests stand on: the program as a process, a client that speaks bytes, other people's
//! tools.

mod program;
mod redis;
mod tools;
mod value;
mod wire;

pub(crate) use program::{Ended, Program};
pub(crate) use redis::Redis;
use tools::redis_server;
pub(crate) use tools::{python, redis_benchmark, redis_cli, redis_py};
pub(crate) use value::{Value, array, bulk, error, int, nil, simple};
pub(crate) use wire::{Wire, encode};

use std::time::{Duration, Instant};

/// After this long without what it waits for, a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Asks until the answer is yes. What is asked goes over a socket, so this does not spin.
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    #![expect(clippy::disallowed_methods, reason = "a process of its own has the real clock")]
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        std::thread::yield_now();
    }
}
