//! In which order objects leave memory.

mod choice;
mod note;
mod queue;

pub use choice::Order;
pub(crate) use note::{Entrance, Next, Note, Ticket};
pub(crate) use queue::Queue;
