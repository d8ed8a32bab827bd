//! A lock for what is read far more often than it is written.
//!
//! A read of a usual lock is two locked instructions on a word that all readers write, so readers on several
//! processors wait for each other's lines. A [`Biased`] lock that is only read for a while lets each thread note its
//! read in a [seat](Seats) of its own: one locked instruction, on a line that no other thread writes. A write
//! then has to look at all seats once. A write gives the lock back without a locked instruction.
//!
//! `unsafe` is in one file, `biased.rs`, which opens with the facts that make it sound. Miri looks at
//! them, `cargo +nightly miri test -p forebay-lock`; a schedule explorer looks at the orders of
//! what threads do, `RUSTFLAGS="--cfg shuttle" cargo test --release -p forebay-lock`.

mod biased;
mod patience;
mod seats;

pub use biased::{Biased, Reading, Writing};
pub use seats::Seats;
