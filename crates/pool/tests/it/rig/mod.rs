//! A pool whose time, jobs and medium a test drives, and what must be true when it ends.

mod fickle;
mod stepped;
mod world;

pub(crate) use fickle::Fickle;
pub(crate) use stepped::Stepped;
pub(crate) use world::{World, bytes};
