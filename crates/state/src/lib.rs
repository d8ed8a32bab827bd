//! A typed, transactional store in memory, durable through the journal.

mod commit;
pub mod key;
mod reader;
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
pub use reader::{Glance, Reader};
pub use revision::Revision;
pub use state::State;
#[doc(hidden)]
pub use table::{
    ByHash, ByKey, HashTableChanges, HashTableOverlay, TableChanges, TableOrder, TableOverlay,
};
pub use table::{
    Entries, EntryTx, HashEntryTx, HashRows, HashTable, HashTableTx, Kept, Rows, Table, TableTx,
};
pub use tables::Tables;
#[doc(hidden)]
pub use tables::{Apply, Base, TxContext};
