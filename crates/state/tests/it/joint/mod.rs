//! A state beside a cache in one journal, and transactions with writes of both.

mod crashes;
mod in_between;
mod leaving;
mod opening;
mod partners;
mod reading;
mod rig;
mod room;
mod together;
