//! Media.

#[cfg(feature = "lz4")]
mod compressed;
mod conformance;
mod freeing;
mod hurried;
mod kept;
mod living;
mod rig;
mod several;
mod sharing;
mod spilling;
mod starting;
mod store;
mod telling;
mod tiers;
