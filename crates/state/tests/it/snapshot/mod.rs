//! Snapshots as files: what is written is read, and nothing else is.

mod forge;
mod rig;

#[cfg(any(feature = "lz4", feature = "zstd"))]
mod bombs;
mod compression;
mod damage;
mod files;
mod fixtures;
mod forged;
mod long;
mod round_trips;
mod versions;
