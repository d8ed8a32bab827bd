//! The pool under a schedule explorer: `cargo xtask schedules`, which sets `--cfg shuttle`.
//!
//! Each test is a few threads on one or two objects, run under thousands of schedules. The medium checks
//! that no place is freed twice or read after that; the threads check that they read what is there; at
//! the end of each schedule nothing may be left.
#![cfg(shuttle)]
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod archive;
mod budget;
mod letting_go;
mod press;
mod slot;
mod slot_changed;
mod slot_failed;
mod slot_full;
mod slot_hit;
mod slot_kept;
mod tiers;
mod world;
