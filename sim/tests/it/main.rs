//! Runs of the simulation.

mod canaries;
mod determinism;
mod fragility;
mod histories;
mod pace;
mod seeds;
