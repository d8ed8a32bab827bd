//! Changes of shape: values that were written in an older version become values of today's.

mod carrier;
mod hop;
mod migrations;
mod values;

pub use migrations::Migrations;
pub(crate) use values::Values;
