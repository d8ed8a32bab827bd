//! What blobs promise.

mod copying;
mod damage;
mod failures;
mod fixtures;
mod head;
mod memory;
mod objects;
mod pieces;
mod rig;
mod round_trip;
