//! What memory knows of one object (`docs/pool-states.md`).

mod blob;
mod claim;
mod desk;
pub(crate) mod desk_depth;
mod effects;
mod evict;
mod fetch;
pub(crate) mod foreign;
mod held;
mod hit;
mod keep;
mod leave;
mod lend;
mod lent;
mod load;
mod load_work;
mod loaded;
mod notes;
mod object_slot;
mod reader;
mod replace;
mod saver;
mod stored;
mod trouble;
mod write;
mod written;

pub(crate) use blob::Blob;
pub(crate) use desk::needs_whole;
pub(crate) use held::{Held, fit};
pub(crate) use lent::Lent;
pub(crate) use object_slot::{Slot, weigh};
pub(crate) use replace::Swap;
pub(crate) use stored::{Eviction, Look, Standing, Stored, WriteJob};

#[cfg(test)]
mod tests;
