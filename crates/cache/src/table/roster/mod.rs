//! Where the entries of a shard are: found by their keys, addressed by their slots.

mod bucket;
mod index;
mod residents;
mod slab;

pub(crate) use residents::Roster;
pub(crate) use slab::{NONE, Slab};
