//! Pools under random programs, one owner after the other over one disk.
//!
//! [`play`] runs what a seed says: callers that insert, read, change, hold and drop objects, and go away in the
//! middle, over a medium that fails, is full, flips bits and lets others run in the middle of its calls. All of it
//! is on one thread. After each step what was read is compared with a model of what is there, and the pool's books
//! with what is alive; when the world is quiet nobody may have been forgotten; at the end everything is given back.
//! With an archive, owners end by power cuts and kills, and the next one finds what was promised.

mod ailing;
mod audit;
mod book;
mod cast;
mod changing;
mod client;
mod health;
mod hearing;
mod keeping;
mod lends;
mod life;
mod panics;
mod past;
mod reading;
mod rooms;
mod scene;
mod shelf;
mod stage;
mod tale;
mod theatre;
mod thing;
mod ways;

pub use tale::PoolTale;
pub use theatre::play;
pub use ways::{PoolQuirk, PoolWays, Spill};
