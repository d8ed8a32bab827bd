//! What was acknowledged is there after its fault: random histories on the simulated disk, ended at
//! every step, against a model of the promises.
//!
//! The tests know the guarantees and nothing of how they are kept. A failure names the seed and the
//! command that replays it.

mod damage_rig;
pub(crate) mod dice;
pub(crate) mod history;
mod model;
pub(crate) mod rig;
pub(crate) mod seeds;

mod bad_bits;
mod cuts;
mod failed_owners;
mod failing_calls;
mod flips;
mod foreign_parts;
mod full_disk;
mod full_segments;
mod kills;
mod loss_bounds;
mod missing_parts;
mod owners;
mod several_damages;
mod torn_tails;
