//! Writes of several keys that are accepted together.

mod between;
mod expecting;
mod limits;
mod rungs;
mod through;
