//! Media that fail as they are told to: for tests.

mod call;
mod scripted;

pub use call::{Call, Fault};
pub use scripted::Scripted;
