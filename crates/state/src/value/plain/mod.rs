//! Values without their types.

#[cfg(feature = "json")]
mod from_json;
#[expect(clippy::module_inception, reason = "the value itself, beside what it is made from and to")]
mod plain;
mod read;
#[cfg(feature = "json")]
mod to_json;
mod write;

pub use plain::{Content, Fields, Plain};
