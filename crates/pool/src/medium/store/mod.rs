//! Blobs in a backing store.

mod begun;
mod debts;
mod store_medium;

pub use store_medium::StoreMedium;
