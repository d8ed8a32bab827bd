//! The flusher: what goes to the store, and when. It has no thread of its own; whoever gives it a
//! reason runs it, one at a time.
//!
//! `turn.rs` runs it. What it sends comes from three sources: who is waited for (`urgent.rs`, groups among them), what failed
//! and is to be tried again (`engine/storing/parked.rs`), and what has been dirty for long enough (`due.rs`; if a
//! time was promised, the oldest of all shards first, `oldest.rs`); and if the journal runs out of room, what is in its
//! way (`relief.rs`). `watch.rs` sees how a promise stands.

mod due;
mod oldest;
mod pause;
mod relief;
mod sending;
mod state;
mod timer;
mod turn;
mod urgent;
mod watch;

pub(crate) use state::Flusher;
pub(super) use state::{oldest, room};
