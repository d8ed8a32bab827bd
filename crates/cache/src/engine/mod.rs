//! The engine around the table: locks, budgets, loads, the flusher. Nothing here waits; what is
//! not ready at once is answered later through a `Done`.

mod as_store;
mod budget;
mod checkpoint;
mod close;
mod closed_store;
mod counters;
mod drain;
mod explain;
mod flight;
mod flush;
mod flusher;
mod gathering;
mod get_many;
mod grade;
mod join;
mod joint;
mod journal_room;
mod journaled;
mod loads;
mod mode;
mod modify;
mod pace;
mod parked;
mod partner;
mod permit;
mod quarantine;
mod read;
mod refresh;
mod restore;
mod room;
mod scan;
mod shared;
mod teller;
mod trampoline;
mod walk;
mod warm;
mod window;
mod write;

pub(crate) use budget::{Budget, Room};
pub use joint::Joint;
pub(crate) use journaled::Journaling;
pub(crate) use shared::{Expire, Parts, Shared, Weigher};
pub(crate) use teller::Listener;
pub(crate) use write::needs_journal;
