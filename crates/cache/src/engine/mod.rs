//! The engine around the table: locks, budgets, loads, the flusher. Nothing here waits; what is
//! not ready at once is answered later through a `Done`.

mod as_store;
mod budget;
mod close;
mod counters;
mod explain;
mod flight;
mod flush;
mod flusher;
mod join;
mod loads;
mod modify;
mod parked;
mod read;
mod scan;
mod shared;
mod trampoline;
mod write;

pub(crate) use budget::{Budget, Room};
pub(crate) use shared::{Expire, Parts, Shared, Weigher};
