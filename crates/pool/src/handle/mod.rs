//! What users have of an object.

mod asking;
mod change;
mod copying;
mod guard;
mod guard_mut;
mod insertion;
mod keepable;
mod kept;
mod lending;
mod object_handle;
mod offer;
mod pinned;
mod replacing;
mod starting;
mod weak;

pub(crate) use asking::{Asker, Once, Reserving, ask, go_on_later};
pub use guard::Guard;
pub use guard_mut::GuardMut;
pub(crate) use insertion::{insert, insert_as, insert_into, try_insert};
pub(crate) use keepable::{Content, Keepable};
pub use lending::Lending;
pub use object_handle::Handle;
pub use offer::Offer;
pub use pinned::Pinned;
pub(crate) use starting::{Start, Starting};
pub use weak::WeakHandle;
