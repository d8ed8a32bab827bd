//! Processes that end in the middle, over one journal and one store.

mod cuts;
mod rig;
