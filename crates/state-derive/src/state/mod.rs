//! The derive of `State`: from a struct of tables to the code that a state runs it with.
//!
//! `input.rs` reads the struct, with `settings.rs`, `table.rs` and `index.rs` for its attributes, and `check.rs`
//! compares its parts. Each other file writes one part of the code.

mod catalog;
mod check;
mod derive;
mod index;
mod indexes;
mod input;
mod of;
mod parts;
mod quiet;
mod settings;
mod table;
mod tables;
#[cfg(test)]
mod tests;
mod tx;

pub(crate) use derive::derive;
