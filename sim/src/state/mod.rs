//! States that end in the middle, one owner after the other, over one directory.
//!
//! [`live`] runs a history of several owners of a [`State`](forebay_state::State) on a simulated disk: of two
//! tables with a unique index, or of one that shares its journal with a cache. Each owner runs random
//! transactions at random rungs, several of them under way at once; makes snapshots and copies, holds views
//! for long; and ends by a power cut or a kill, at a step of the disk that is drawn or asked for, or at rest.
//! What each view shows, and what the next owner finds, is compared with what was promised: it is what
//! some number of transactions made, all of each, in their order; none is missing that was acknowledged at
//! a rung which outlives that ending; none is there that was answered with an error.

mod beside;
mod book;
mod change;
mod copies;
mod history;
mod jobs;
mod life;
mod lives;
mod meanwhile;
mod promises;
mod tale;

pub use history::live;
pub use lives::{Quirk, StateLives};
pub use tale::StateTale;
