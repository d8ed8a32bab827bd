//! Bounded I/O.

mod lane;
mod scratch;
mod traffic;

pub(crate) use lane::{Lane, Work};
pub(crate) use scratch::{Scratch, ScratchGuard};
pub(crate) use traffic::{Lanes, Permit};
