//! Bounded I/O.

mod lane;
mod lanes;
mod scratch;

pub(crate) use lane::{Lane, Work};
pub(crate) use lanes::{Lanes, Permit};
pub(crate) use scratch::{Scratch, ScratchGuard};
