//! Runs of the simulation.

mod canaries;
mod determinism;
mod histories;
mod seeds;
