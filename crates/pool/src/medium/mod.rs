//! Where blobs go.

mod face;
mod memory;
mod place;
mod usage;

pub use face::{Linkable, Medium, MediumTraits, Reading, Writing};
pub use memory::PlainMemory;
pub use place::Place;
pub use usage::{PartUsage, Usage};
