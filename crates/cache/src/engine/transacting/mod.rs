//! Writes of several keys that are accepted together, or not at all.

mod entering;
mod group_flight;
mod joint;
mod partner;
mod together;
mod transact;
mod transaction;
mod turns;

pub use joint::Joint;
pub use transaction::Transaction;
