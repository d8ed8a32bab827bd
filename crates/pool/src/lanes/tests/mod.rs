//! What lanes promise.

mod bounds;
mod buffers;
mod lost;
pub(crate) mod rig;
#[cfg(shuttle)]
mod schedules;
