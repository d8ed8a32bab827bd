//! The turn, the line and the showing under a schedule explorer: `cargo xtask schedules`, which sets
//! `--cfg shuttle`.
//!
//! A few threads write to a state on a simulated disk, under thousands of schedules. Nobody may wait
//! for ever (the explorer calls that a deadlock), and what is shown is what was acknowledged.
#![cfg(shuttle)]
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod rig;

mod closing;
mod failing;
mod front;
mod line;
mod room;
mod rungs;
mod snapshots;
