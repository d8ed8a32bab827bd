//! What of a cache can be chosen.

mod flushing;
mod lifetimes;
mod numbers;
mod pressure;
mod reading;

pub(crate) use lifetimes::Lifetimes;
pub use numbers::Settings;
pub use pressure::{WhenFull, WhenRefused};
pub(crate) use reading::{Reading, millis};
