//! The state through its public face.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod shop;
mod tokens;

mod derived;
mod durable;
mod freeing;
mod index;
mod key;
mod model;
mod nested;
mod panics;
mod readers;
mod rollback;
mod threads;
mod value;
mod views;
mod watch;
