//! A typed, transactional store in memory, durable through the journal.

pub mod key;
mod tree;
pub mod value;
