//! What lanes promise.

mod bounds;
mod buffers;
mod lost;
mod rig;
#[cfg(shuttle)]
mod schedules;
