//! `cargo xtask try`: a server to play with, and proof that it works.
//!
//! It builds the program, starts it on a free port with a store of its own below `target/`, sets a
//! key and gets it back through a plain TCP socket. On a terminal the server then keeps running
//! until Ctrl-C; elsewhere, or with `--once`, it is told to stop and shows what it drained.

mod round_trip;
mod server;
mod start;

pub use round_trip::visit_parent;
pub use start::{Stay, start};
