//! States whose owners end in the middle.

mod beside;
mod canaries;
mod cuts;
mod disks;
mod rig;
mod ways;
