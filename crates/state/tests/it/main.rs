//! The state through its public face.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod key;
mod value;
