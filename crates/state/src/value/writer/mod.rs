//! The serializer: one file for each thing that has something inside.

mod fields;
mod list;
mod map;
mod packed;
mod serializer;
mod sink;

pub(super) use sink::Writer;
