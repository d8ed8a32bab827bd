//! A typed, transactional store in memory, durable through the journal.

mod builder;
mod catalog;
mod commit;
pub mod key;
mod migration;
mod open;
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

pub use forebay_state_derive::State;

pub use builder::Builder;
pub use catalog::{Catalog, TableId, TableInfo, TableKind};
#[doc(hidden)]
pub use commit::Grave;
pub use commit::{Receipt, Ticket, View};
pub use key::{Key, Seek};
pub use migration::Migrations;
pub use open::{Home, OpenReport};
#[doc(hidden)]
pub use record::BodyWriter;
pub use revision::Revision;
pub use settings::Settings;
pub use state::State;
pub use table::{Entries, EntryTx, Kept, Rows, Table, TableRef, TableTx, Value};
#[doc(hidden)]
pub use table::{SavedTable, TableChanges, TableField, TableOverlay};
pub use tables::Tables;
#[doc(hidden)]
pub use tables::{Apply, Base, TableVisitor, TxContext};
pub use trouble::Trouble;
