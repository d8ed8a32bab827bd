//! The table of numbered blobs by itself.

mod size;
mod steps;
