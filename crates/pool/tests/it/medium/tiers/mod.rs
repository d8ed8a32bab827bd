//! Two media as one.

mod conforming;
mod failing;
mod linking;
mod moving;
mod placing;
mod pooled;
mod rig;
