//! The deserializer: one file for each thing that has something inside.

mod any;
mod deserializer;
mod fields;
mod items;
mod loose_variant;
mod packed;
mod source;
mod variant;
mod variant_pair;

pub(super) use source::Reader;
