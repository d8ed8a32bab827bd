//! Writes of a cache in one frame with what somebody else writes in the journal they share.

mod rig;

mod crashes;
mod held_up;
mod in_between;
mod room;
mod together;
