//! What users have of an object.

mod guard;
mod insertion;
mod keepable;
mod object_handle;
mod offer;
mod weak;

pub use guard::Guard;
pub(crate) use insertion::{insert, insert_into, try_insert};
pub(crate) use keepable::{Content, Keepable};
pub use object_handle::Handle;
pub use offer::Offer;
pub use weak::WeakHandle;
