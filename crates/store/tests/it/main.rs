//! Behaviour of the stores, wrappers and seams of this crate, one per file.

mod calls;
mod conformance;

mod faults;
mod memory;
mod owner_lock;
mod wrap;
