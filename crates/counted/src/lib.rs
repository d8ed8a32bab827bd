//! Counted references, and a place where others find one without a lock.
//!
//! To look at a value that may be taken away any time one needs a lock to find it, and a count so
//! that it stays: four locked instructions, two for each. A [`Showcase`] has many references set
//! aside, so that finding the value and counting the look is one instruction; giving it back is the
//! other.
//!
//! `unsafe` is in one file, `counted.rs`, which opens with the facts that make it sound. Miri looks at
//! them, `cargo +nightly miri test -p forebay-counted`; a schedule explorer looks at the orders of
//! what threads do, `RUSTFLAGS="--cfg shuttle" cargo test --release -p forebay-counted`.

mod counted;

pub use counted::{Counted, Last, Showcase};
