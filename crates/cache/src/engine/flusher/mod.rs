//! The flusher: what goes to the store, and when. It has no thread of its own; whoever gives it a
//! reason runs it, one at a time.
//!
//! `turn.rs` runs it. What it sends comes from three sources: who is waited for (`urgent.rs`), what failed
//! and is to be tried again (`engine/parked.rs`), and what has been dirty for long enough (`due.rs`).

mod due;
mod sending;
mod state;
mod timer;
mod turn;
mod urgent;

pub(crate) use state::Flusher;
