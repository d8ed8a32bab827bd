//! Commits many objects under one name: all of them, or nothing.

mod gathering;
mod order;
mod packer;
mod publishing;
mod vault_commit;

pub(crate) use order::CommitOrder;
