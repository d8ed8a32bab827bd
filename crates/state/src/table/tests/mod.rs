//! Tables, and what transactions do to them, against maps of the standard library.

mod hashed;
mod moves;
mod runs;
mod spans;
mod transactions;
