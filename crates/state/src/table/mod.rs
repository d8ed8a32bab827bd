//! Tables: as readers see them, and as transactions change them.

#[cfg(test)]
mod tests;

mod change;
mod changes;
mod entries;
mod entry;
mod field;
mod order;
mod overlay;
mod reference;
mod rows;
mod run;
mod span;
#[expect(clippy::module_inception, reason = "the table itself, beside its parts")]
mod table;
mod touched;
mod tx;
mod tx_entry;
mod value;

pub use changes::{HashTableChanges, TableChanges};
pub use entries::Entries;
pub(crate) use entry::Entry;
pub use entry::Kept;
pub use field::{SavedTable, TableField};
pub use order::{ByHash, ByKey, TableOrder};
pub use overlay::{HashTableOverlay, TableOverlay};
pub use reference::TableRef;
pub use rows::{HashRows, Rows};
pub(crate) use run::Run;
pub(crate) use span::Edge;
pub use table::{HashTable, Table};
pub use tx::{HashTableTx, TableTx};
pub use tx_entry::{EntryTx, HashEntryTx};
pub use value::Value;
