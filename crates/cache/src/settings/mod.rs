//! What of a cache can be chosen.

mod flushing;
mod numbers;
mod pressure;
mod reading;

pub use numbers::Settings;
pub use pressure::WhenFull;
pub(crate) use reading::Reading;
