//! What a journal adds: rungs, its room, keeping it short, and opening over it.

mod checkpoint;
mod journal_room;
mod journaled;
mod restore;

pub(super) use journal_room::RoomLine;
pub(crate) use journaled::Journaling;
pub(super) use journaled::perhaps_journaled;
