//! Bounded I/O.

mod lane;
mod permit;
mod places;
mod scratch;
mod traffic;
pub(crate) mod trampoline;

pub(crate) use lane::{Lane, Work};
pub(crate) use scratch::Scratch;
pub(crate) use traffic::Lanes;

#[cfg(test)]
pub(crate) mod tests;
