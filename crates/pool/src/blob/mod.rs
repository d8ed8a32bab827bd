//! An object as bytes: a head that says what follows and is checked, and the payload.

mod head;
mod pen;
mod reader;

pub use head::HEAD;
pub(crate) use head::{Expected, Head, expected};
pub(crate) use pen::{Written, write_blob};
pub(crate) use reader::{read_blob, read_head};
