//! The cache through its public face.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod rig;

mod ages;
mod deletes;
mod eviction;
mod first_steps;
mod flushing;
