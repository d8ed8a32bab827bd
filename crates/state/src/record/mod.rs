//! Records: what a state writes into its journal, as bytes. `docs/format/state-records.md` has the
//! format.

mod body;
mod catalog;
mod pen;
mod purging;
#[expect(
    clippy::module_inception,
    reason = "the folder is about records, the file is what a record is"
)]
mod record;

#[doc(hidden)]
pub use body::BodyWriter;
pub(crate) use body::{Change, Group, Groups};
pub(crate) use catalog::{StoredCatalog, StoredTable, write as write_catalog};
pub(crate) use pen::{Limits, Pen, Pieces};
pub(crate) use purging::{purge as purge_frame, same_catalog};
pub(crate) use record::Record;
