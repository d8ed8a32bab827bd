//! The books of a pool's memory: who has how much of it, and who waits for some.

mod answers;
mod ask;
mod books;
mod bound;
mod cause;
mod desk;
mod entry;
mod foreign;
mod ledger;
mod line;
mod mail;
mod patience;
mod purpose;
mod room;
mod serving;
mod tally;
mod when_full;

pub(crate) use ask::{Ask, Claim, Rank};
pub(crate) use books::Books;
pub(crate) use cause::Cause;
pub(crate) use foreign::{foreign, is_foreign, lose, native};
pub(crate) use ledger::{Ledger, Press};
pub(crate) use mail::Mail;
pub(crate) use purpose::Purpose;
pub use room::Room;
pub use when_full::WhenFull;

#[cfg(test)]
mod tests;
