//! What becomes of an object.

mod leaving;
mod reading;
mod spilling;

pub use reading::poll;
