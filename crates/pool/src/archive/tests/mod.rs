//! Claims about the parts of archives that are private.

mod identity;
mod manifest;
mod names;
mod rig;
