//! Claims about the pool.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod budget;
mod costs;
mod failures;
mod many;
mod rig;
mod slot;
