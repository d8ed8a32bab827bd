//! Reading a journal from the beginning, and telling a torn tail from damage.

mod ahead;
mod behind;
mod damage;
mod known;
mod log;
mod report;
mod segment;
mod source;
mod unproven;
mod walk;
mod window;

pub use damage::Damage;
pub(crate) use known::{Known, read_identity};
pub(crate) use log::{Extent, Log};
pub use report::Recovery;
pub(crate) use segment::{FIRST, OpenSegment, fill};
pub(crate) use unproven::{Unproven, frames};
pub(crate) use walk::{Place, Walk};

#[cfg(test)]
mod tests;
