//! Runs of the simulation.

mod canaries;
mod crashes;
mod determinism;
mod everything;
mod fragility;
mod histories;
mod leaps;
mod pace;
mod pool;
mod promise;
mod seeds;
mod states;
