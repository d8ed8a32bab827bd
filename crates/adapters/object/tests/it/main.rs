//! Claims about object storage as a store.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod conformance;
mod failing;
mod listing;
mod medium;
mod objects;
