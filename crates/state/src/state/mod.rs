//! The state: tables that are read through views and changed in transactions.

mod copying;
mod handle;
mod releasing;
mod writing;

pub use handle::State;
