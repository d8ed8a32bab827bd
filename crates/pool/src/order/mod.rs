//! In which order objects leave memory.

mod choice;
mod list;
mod lru;
mod note;
mod once;
mod queue;
mod ranking;
mod segmented;
mod shelf;
mod sieve;
mod sifted;
mod walk;

pub use choice::Order;
pub(crate) use note::{Entrance, Next, Note, Ticket};
pub(crate) use queue::Queue;

#[cfg(test)]
mod tests;
