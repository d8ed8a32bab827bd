//! A cache over a journal: what survives the end of a process, and what it costs.

mod world;

mod bounds;
mod checkpoints;
mod counting;
mod dead_journal;
mod ends;
mod failures;
mod full_journal;
mod full_of_refusals;
mod groups;
mod lives;
mod many;
mod opening;
mod order;
mod quarantine;
mod queueing;
mod refusals;
mod rungs;
mod runs;
mod shared;
mod short_of_room;
