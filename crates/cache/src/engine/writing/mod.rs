//! Writing one key, and many that have nothing to do with each other.

mod conditional;
mod forget;
mod held_turn;
mod modify;
mod over;
mod put_many;
mod stalled;
mod uncoalesced;
mod write;

pub(super) use held_turn::HeldTurn;
pub(crate) use write::needs_journal;
pub(super) use write::{LinePlace, Way};
