//! A lock for what is read far more often than it is written.
//!
//! A read of a usual lock is two locked instructions on a word that all readers write, so readers on several
//! processors wait for each other's lines. A [`Biased`] lock that is only read for a while lets each thread note its
//! read in a [seat](Seats) of its own: two plain stores, on a line that other threads leave alone. The next write then has
//! to have all processors go through a barrier (`barrier.rs`), and look at all seats. A write gives the lock back without
//! a locked instruction. On systems other than Linux a seat costs a locked instruction and a full barrier, and where
//! Linux has no such barrier, or does not allow it, there are no seats.
//!
//! `unsafe` is in one file, `biased.rs`, which opens with the facts that make it sound. Miri looks at
//! them, `cargo +nightly miri test -p forebay-lock`; a schedule explorer looks at the orders of
//! what threads do, `RUSTFLAGS="--cfg shuttle" cargo test --release -p forebay-lock`.

mod barrier;
mod biased;
mod lease;
mod patience;
mod seats;

pub use biased::{Biased, Reading, Writing};
pub use lease::{NUMBERS, SHARED, lease, leased};
pub use seats::Seats;
