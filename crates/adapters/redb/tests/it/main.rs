//! The redb store: the contract, and what only a file can get wrong.

mod batch;
mod conformance;
mod file;
mod kills;
mod medium;
mod owner;
mod private;
