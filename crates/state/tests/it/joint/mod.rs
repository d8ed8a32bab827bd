//! A state beside a cache in one journal, and transactions with writes of both.

mod crashes;
mod in_between;
mod opening;
mod partners;
mod rig;
mod room;
mod together;
