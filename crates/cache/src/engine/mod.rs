//! The engine around the table: locks, budgets, loads, the flusher. Nothing here waits; what is
//! not ready at once is answered later through a `Done`.

mod apart;
mod as_store;
mod cells;
mod close;
mod closed_store;
mod flusher;
mod gate;
mod join;
mod journaling;
mod locked;
mod pace;
mod pressure;
mod reading;
mod shared;
mod storing;
mod telling;
mod trampoline;
mod transacting;
mod walk;
mod writing;

pub(crate) use cells::{Cells, Looked};
pub(crate) use journaling::Journaling;
pub(crate) use pressure::{Account, Asker, Budget, Room};
pub(crate) use reading::{OwnSpot, Spot};
pub(crate) use shared::{Expire, Merge, Parts, Shared, Weigher};
pub(crate) use telling::{Listener, Span};
pub(crate) use trampoline::caught;
pub use transacting::{Joint, Transaction};
pub(crate) use writing::needs_journal;
