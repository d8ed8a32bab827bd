//! Values as bytes that say what they are: any type of serde's, names interned beside them.
//!
//! The format is in `docs/format/state-values.md`. Writing: [`write_value`] with a [`Dictionary`] that
//! learns the layouts. Reading: [`read_value`] matches fields by name and notes in [`Drift`] what the
//! type no longer has. [`Plain`] is a value without its type.

mod bytes;
mod dictionary;
mod drift;
mod fault;
mod layout;
pub(crate) mod leb;
mod memo;
mod plain;
mod read;
mod reader;
pub(crate) mod short;
mod tag;
mod write;
mod writer;

pub use dictionary::Dictionary;
pub use drift::{Drift, Gone};
pub use layout::{Layout, LayoutKind};
pub use plain::{Content, Fields, Plain};
pub use read::{check_value, read_value};
pub use write::write_value;

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u16 = 1;
