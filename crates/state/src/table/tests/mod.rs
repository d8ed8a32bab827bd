//! Tables, and what transactions do to them, against maps of the standard library.

mod grafts;
mod hashed;
mod moves;
mod runs;
mod spans;
mod transactions;
