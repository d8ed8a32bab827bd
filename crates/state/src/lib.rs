//! A typed, transactional store in memory, durable through the journal.

mod catalog;
mod commit;
pub mod key;
#[expect(dead_code, reason = "what reads records comes with the opening")]
mod record;
mod revision;
pub mod snapshot;
mod state;
mod table;
mod tables;
mod tree;
pub mod value;

pub use catalog::{Catalog, TableId, TableInfo, TableKind};
#[doc(hidden)]
pub use commit::Grave;
pub use commit::View;
pub use key::{Key, Seek};
#[doc(hidden)]
pub use record::BodyWriter;
pub use revision::Revision;
pub use state::State;
pub use table::{Entries, EntryTx, Kept, Rows, Table, TableTx, Value};
#[doc(hidden)]
pub use table::{TableChanges, TableOverlay};
pub use tables::Tables;
#[doc(hidden)]
pub use tables::{Apply, Base, TableVisitor, TxContext};
