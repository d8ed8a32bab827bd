//! An ordered tree whose clones are free and independent.
//!
//! A B+tree, 64 wide, with a count at every node: one code changes nodes in place where nobody
//! shares them and copies them where a clone does. Each node is searched by its [hints](hints).

#[cfg(test)]
mod check;
#[cfg(test)]
mod tests;

mod beginning;
mod build;
mod children;
mod fences;
mod graft;
mod hints;
mod insert;
mod node;
mod order;
mod places;
mod range;
mod remove;
mod row;
mod search;
mod slots;
#[expect(clippy::module_inception, reason = "the tree itself, beside its parts")]
mod tree;

pub(crate) use order::{Item, Order, Sought};
pub(crate) use range::Cursor;
pub(crate) use tree::Tree;
