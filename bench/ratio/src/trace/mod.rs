//! What is asked: recorded traces, and how they are read.

mod kind;
mod shape;
mod unpack;

pub(crate) use kind::{Asked, Trace};
