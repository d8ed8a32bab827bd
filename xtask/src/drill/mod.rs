//! Drills: real processes and real file systems that are ended in the middle of their work.
//!
//! They are no part of the gate, but for a few kills of a server: they take minutes, and some need
//! to be root.

mod acknowledged;
mod appender;
mod full;
mod kill;
mod mount;
mod pool;
mod power;
mod server;
mod start;
mod state;

pub use start::{Drill, start};
