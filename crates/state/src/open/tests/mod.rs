//! What gathers changes while a journal is read.

mod runs;
