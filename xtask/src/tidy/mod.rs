//! The rules of the house that no compiler and no lint knows, checked over the whole tree.
//!
//! Every rule is a pure function over paths and texts, so each has a test in which it is red. The
//! tree itself is checked by a test too (`xtask/tests/it/tidy.rs`), so a tree that is not tidy fails
//! `cargo test`.

mod finding;
mod function;
mod lock;
mod manifest;
mod module;
mod report;
mod rules;
mod source;
mod tree;

pub use finding::{Finding, Severity};
pub use report::{Report, inspect};
