//! Values: written, read, read by other types, damaged.

mod any_tree;
mod borrowing;
mod change;
mod damage;
mod depth;
mod dictionary;
mod enums;
pub(crate) mod everything;
#[cfg(feature = "json")]
mod json;
mod plain;
mod refused;
mod rig;
mod round_trips;
mod seen;
mod sizes;
pub(crate) mod tree;
mod without_layouts;
