//! The books of a pool's memory: who has how much of it, and who waits for some.

mod ask;
mod books;
mod foreign;
mod ledger;
mod purpose;
mod room;
mod when_full;

pub(crate) use ask::{Ask, Claim, Rank};
pub(crate) use books::Books;
pub(crate) use foreign::{foreign, is_foreign};
pub(crate) use ledger::{Ledger, Press};
pub(crate) use purpose::Purpose;
pub use room::Room;
pub use when_full::WhenFull;
