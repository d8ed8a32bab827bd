//! What becomes of an object.

mod changing;
mod crowded;
mod in_the_way;
mod keeping;
mod leaving;
mod reading;
mod replacing;
mod spilling;
mod waiting;

pub(crate) use reading::poll;
