//! What the orders promise.

mod lru;
mod notes;
mod permutation;
mod rig;
mod segmented;
mod sieve;
mod sifted;
mod traces;
