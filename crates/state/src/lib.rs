//! A typed, transactional store in memory, durable through the journal.

mod ahead;
mod builder;
mod catalog;
mod commit;
pub mod copy;
#[cfg(feature = "etchdb")]
pub mod etchdb;
mod index;
pub mod key;
mod migration;
mod open;
mod quarantine;
mod reader;
mod record;
mod revision;
mod settings;
pub mod snapshot;
mod state;
mod table;
mod tables;
mod tree;
mod trouble;
pub mod value;
mod watch;

#[doc(no_inline)]
pub use forebay_journal::Enlist;
pub use forebay_state_derive::{Columns, State};

pub use builder::Builder;
pub use catalog::{Catalog, TableId, TableInfo, TableKind};
#[doc(hidden)]
pub use commit::Grave;
pub use commit::{CloseReport, Receipt, Ticket, View};
pub use copy::{CopyReport, Copying};
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
pub use migration::Migrations;
#[doc(hidden)]
pub use open::Replay;
pub use open::{Home, Losses, Lost, Mode, OpenReport, StateReading, StateTenant};
pub use open::{
    Inspected, SnapshotFacts, TableFacts, Verdict, Verified, Verifying, inspect, verify,
};
#[doc(hidden)]
pub use quarantine::QuarantinedKeys;
pub use quarantine::{Cause, Quarantine, QuarantineEntries, Quarantined, Retried};
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
pub use tables::{Apply, Base, TableVisitor, TxContext, TxVisitor};
pub use trouble::Trouble;
pub use watch::{Batch, Change, FellBehind, Watch, Watching};
