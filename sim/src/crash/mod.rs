//! Processes that end in the middle, one after the other, over one journal and one store.
//!
//! [`crash`] runs a history of several lives. Each is a cache with a journal on a simulated disk,
//! used by the clients of a [`Scenario`](crate::Scenario); it ends by a power cut or a kill, at a
//! step of the disk that is drawn or asked for, or at rest. The store outlives them all: of what was
//! under way to it, any part has landed by the next opening, and nothing lands later. What the
//! next life finds is compared with what the one before it was told, before anything else happens.

mod bell;
mod bytes;
mod crashes;
mod ledger;
mod life;
mod lives;
mod marks;
mod meanwhile;
mod opened;
mod order;
mod past;
mod power;
mod process;
mod refusal;
mod tale;
mod whole;

pub(crate) use bell::Bell;
pub(crate) use bytes::Filled;
pub use crashes::{Crashes, Cut, Wrong};
pub(crate) use ledger::Ledger;
pub use lives::crash;
pub(crate) use past::Past;
pub(crate) use power::Power;
pub(crate) use refusal::Refusal;
pub use tale::Tale;
pub(crate) use whole::{Whole, Wholes};
