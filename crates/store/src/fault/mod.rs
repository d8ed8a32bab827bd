//! Faults on demand: stores that fail, stall and forget as a test tells them to.
//!
//! [`Scripted`] is written as blocking code and is for tests on threads: a script makes its next
//! calls fail, answer `Unknown`, panic or wait at a [`Gate`]. [`Held`] is written by completion
//! and is for tests that step by hand under [`seam::manual`](crate::seam::manual): every call
//! waits as a value until the test hands it on or answers it.

mod gate;
mod held;
mod kinds;
mod script;
mod scripted;

pub use gate::Gate;
pub use held::{Held, HeldApply, HeldLoad};
pub use kinds::{ApplyFault, LoadFault, WriteFault};
pub use script::Script;
pub use scripted::Scripted;
