//! Pools under random programs.

mod canaries;
mod media;
mod owners;
mod programs;
mod repeats;
mod rig;
