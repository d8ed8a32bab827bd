//! A typed, transactional store in memory, durable through the journal.

mod builder;
mod catalog;
mod commit;
mod index;
pub mod key;
mod open;
mod reader;
mod record;
mod revision;
mod settings;
mod state;
mod table;
mod tables;
mod tree;
pub mod value;
mod watch;

pub use forebay_state_derive::{Columns, State};

pub use builder::Builder;
pub use catalog::{Catalog, TableId, TableInfo, TableKind};
#[doc(hidden)]
pub use commit::Grave;
pub use commit::{CloseReport, Receipt, Ticket, View};
#[doc(hidden)]
pub use index::{
    Clashes, Column, Hands, Hits, Holders, Holding, IndexChanges, IndexHands, IndexOverlay, Many,
    One, Spot,
};
pub use index::{
    Index, IndexEntries, IndexHolders, IndexRowHolders, IndexRows, IndexTx, UniqueIndex,
    UniqueIndexTx,
};
pub use key::{Key, Seek};
pub use open::{Home, OpenReport};
pub use reader::{Glance, Reader};
#[doc(hidden)]
pub use record::BodyWriter;
pub use revision::Revision;
pub use settings::Settings;
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
pub use watch::{Batch, Change, FellBehind, Watch, Watching};
