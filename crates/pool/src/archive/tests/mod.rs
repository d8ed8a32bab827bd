//! Claims about archives, with objects that stand for those of a pool.

mod collecting;
mod committing;
mod fixtures;
mod identity;
mod keeping;
mod linking;
mod manifest;
mod names;
mod object;
mod opening;
mod pack;
mod pack_bytes;
mod rig;
mod spill;
mod sweep;
mod verifying;
mod world;
