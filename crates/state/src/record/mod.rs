//! Records: what a state writes into its journal, as bytes. `docs/format/state-records.md` has the
//! format.

mod body;

#[doc(hidden)]
pub use body::BodyWriter;
pub(crate) use body::{Change, Group, Groups};
