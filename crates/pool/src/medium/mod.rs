//! Where blobs go.

mod account;
mod breaker;
#[cfg(feature = "lz4")]
mod compressed;
pub mod conformance;
mod dir;
mod face;
mod kept;
mod memory;
mod place;
mod store;
mod teller;
mod tiers;
mod usage;

pub use account::Account;
#[cfg(feature = "lz4")]
pub use compressed::CompressedMemory;
pub(crate) use dir::{Descriptor, Descriptors};
pub use dir::{DirBuilder, DirMedium, Quota, Swept};
pub use face::{Linkable, Medium, MediumTraits, Reading, Writing};
pub use memory::PlainMemory;
pub use place::Place;
pub use store::StoreMedium;
pub use tiers::{Tiers, TiersBuilder};
pub use usage::{PartUsage, Usage};
