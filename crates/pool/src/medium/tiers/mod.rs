//! Two media as one: blobs come into the fast one, and the coldest move down into the slow one.
//!
//! A blob that is written to the fast tier gets a number, and its place is that number: so it stays what it
//! is when the blob moves. What is written straight to the slow tier never moves, and has its place there.
//!
//! | | state of a numbered blob | `fast` | `slow` | new readings | leaves it by |
//! |---|---|---|---|---|---|
//! | W | is being written | claimed | - | none | sealed: F. It is longer than its claim: it is handed over to the slow tier, without a number |
//! | F | in the fast tier | its place | - | fast | picked as the coldest that nobody reads and no archive has linked: M |
//! | M | is being copied | its place | - | fast | copied, and nobody reads it: S. Somebody does: L. The copy failed, or it was linked meanwhile: F |
//! | L | moved, and read above still | its place | its place | slow | the last of the readings from the fast tier ends: S |
//! | S | in the slow tier | - | its place | slow | |
//!
//! Freed in F, L and S, its places are freed at once; in M whoever copies finds it gone, and frees both. One
//! lock covers the table; no medium is called under it.

mod builder;
mod claim;
mod moving;
mod reading;
mod shared;
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod tiers_medium;
mod writing;

pub use builder::TiersBuilder;
pub use tiers_medium::Tiers;
