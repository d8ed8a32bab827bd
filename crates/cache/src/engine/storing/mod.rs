//! What is sent to the store, and what becomes of it; the flusher, which decides when, is beside it.

pub(super) mod breaker;
mod drain;
mod flight;
mod flush;
mod gathering;
mod parked;
mod quarantine;

pub(super) use breaker::Breaker;
pub(super) use drain::Drains;
pub(super) use flight::{Flight, Item, Ref};
pub(super) use flush::FlushLine;
pub(super) use gathering::Gathering;
pub(super) use parked::Parking;
