//! A real server that is killed under load, or whose disk is full, and whether it keeps its word.
//!
//! [`Key`](key::Key) is the model: what a key may be, given what was answered. [`client`] makes the
//! load, [`kill`] and [`full`] are the drills.

mod answer;
mod client;
mod command;
mod dice;
mod full;
mod key;
mod kill;
mod model;
mod process;
mod wire;
mod writer;

pub(super) use full::run as full;
pub(super) use kill::run as kill;
