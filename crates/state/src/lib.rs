//! A typed, transactional store in memory, durable through the journal.

mod commit;
#[cfg(feature = "etchdb")]
pub mod etchdb;
pub mod key;
mod revision;
mod state;
mod table;
mod tables;
mod tree;
pub mod value;

#[doc(hidden)]
pub use commit::Grave;
pub use commit::View;
pub use key::{Key, Seek};
pub use revision::Revision;
pub use state::State;
pub use table::{Entries, EntryTx, Kept, Rows, Table, TableTx};
#[doc(hidden)]
pub use table::{TableChanges, TableOverlay};
pub use tables::Tables;
#[doc(hidden)]
pub use tables::{Apply, Base, TxContext};
