//! The cache as its users hold it.

mod ending;
mod flushing;
mod handle;
mod looking;
mod quarantine;
mod reading;
mod together;
mod writing;

pub use handle::Cache;
pub use quarantine::Quarantine;
