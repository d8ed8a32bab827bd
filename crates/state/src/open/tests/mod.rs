//! What gathers changes while a journal is read.

mod batches;
mod numbers;
mod replay;
mod runs;
