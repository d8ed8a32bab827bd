//! The cache as its users hold it.

mod conditional;
mod ending;
mod flushing;
mod forgetting;
mod handle;
mod looking;
mod many;
mod quarantine;
mod reading;
mod together;
mod writing;

pub use handle::Cache;
pub use quarantine::Quarantine;
