//! Where blobs go.

mod medium;
mod memory;
mod place;
mod usage;

pub use medium::{Linkable, Medium, MediumTraits, Reading, Writing};
pub use memory::PlainMemory;
pub use place::Place;
pub use usage::{PartUsage, Usage};
