//! Any serde type, in the wire format of bincode 1.
//!
//! It is written anew here because what reads foreign bytes must not be a library that nobody maintains, and
//! because a length that lies, endless nesting and endless nothing have a bound here.
//!
//! | what | bytes |
//! |---|---|
//! | numbers | as many as they have, the lowest first; `f32` and `f64` as their bits |
//! | `bool` | one: 0 or 1 |
//! | `char` | its UTF-8 |
//! | texts, bytes | their length as a `u64`, and they |
//! | sequences, maps | the number of their elements as a `u64`, and they |
//! | tuples, arrays, structs | their fields, nothing else |
//! | `Option` | one: 0, or 1 and the value |
//! | enums | the number of the variant as a `u32`, and its fields |
//! | units | none |

mod bincode;
mod compound;
mod elements;
mod failure;
mod pen;
mod reader;
mod variant;

pub use bincode::Bincode1;
