//! What becomes of an object.

mod changing;
mod crowded;
mod keeping;
mod leaving;
mod reading;
mod replacing;
mod spilling;
mod waiting;

pub(crate) use reading::poll;
