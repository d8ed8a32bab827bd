//! Work on many objects at once.

mod ahead;
mod close;
mod collect;
mod flush;
mod get_many;
mod scan;

pub(crate) use ahead::{Ahead, Aheads, Turn};
pub use close::CloseReport;
pub(crate) use close::close;
pub(crate) use flush::flush;
pub(crate) use get_many::get_many;
pub use scan::Scan;
