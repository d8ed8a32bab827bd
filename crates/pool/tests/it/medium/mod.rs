//! Media.

mod conformance;
mod hurried;
mod living;
mod rig;
mod several;
mod spilling;
mod starting;
