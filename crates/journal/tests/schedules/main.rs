//! The two roles of the writer under a schedule explorer: `cargo xtask schedules`, which sets
//! `--cfg shuttle`.
//!
//! A few threads append and wait on a simulated disk, under thousands of schedules. Nobody may wait
//! for ever (the explorer calls that a deadlock), and what was acknowledged must be there after
//! the fault of its rung.
#![cfg(shuttle)]
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod rig;

mod failures;
mod reading;
mod second;
mod segments;
mod shared;
mod syncs;
