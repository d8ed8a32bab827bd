//! The cache as its users hold it.

mod conditional;
mod ending;
mod entry;
mod flushing;
mod forgetting;
mod handle;
mod looking;
mod many;
mod merging;
mod quarantine;
mod reading;
mod together;
mod writing;

pub use entry::Entry;
pub use handle::Cache;
pub use quarantine::Quarantine;
