//! Opening a cache: what it is to be is said here, in any order.

mod journaling;
mod opening;
mod promising;
mod reading;
mod start;
mod writing;

pub use start::Builder;
