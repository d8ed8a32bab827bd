//! Claims about archives, with objects that stand for those of a pool.

mod closing;
mod collecting;
mod committing;
mod elsewhere;
mod errands;
mod file_pen;
mod fixtures;
mod identity;
mod keeping;
mod leaving;
mod linking;
mod listing;
mod manifest;
mod names;
mod object;
mod opening;
mod pack;
mod pack_bytes;
mod renewal;
mod rig;
mod spill;
mod strangers;
mod sweep;
mod verifying;
mod world;
