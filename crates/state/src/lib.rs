//! A typed, transactional store in memory, durable through the journal.

mod catalog;
mod commit;
pub mod key;
mod reader;
#[expect(dead_code, reason = "what reads records comes with the opening")]
mod record;
mod revision;
mod state;
mod table;
mod tables;
mod tree;
pub mod value;

pub use forebay_state_derive::State;

pub use catalog::{Catalog, TableId, TableInfo, TableKind};
#[doc(hidden)]
pub use commit::Grave;
pub use commit::View;
pub use key::{Key, Seek};
pub use reader::{Glance, Reader};
#[doc(hidden)]
pub use record::BodyWriter;
pub use revision::Revision;
pub use state::State;
#[doc(hidden)]
pub use table::{
    ByHash, ByKey, HashTableChanges, HashTableOverlay, SavedTable, TableChanges, TableField,
    TableOrder, TableOverlay,
};
pub use table::{
    Entries, EntryTx, HashEntryTx, HashRows, HashTable, HashTableTx, Kept, Rows, Table, TableRef,
    TableTx, Value,
};
pub use tables::Tables;
#[doc(hidden)]
pub use tables::{Apply, Base, TableVisitor, TxContext};
