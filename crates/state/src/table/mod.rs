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
#[expect(clippy::module_inception, reason = "the table itself, beside its parts")]
mod table;
mod tx;
mod tx_entry;
mod value;

pub use changes::TableChanges;
pub use entries::Entries;
pub use entry::Kept;
pub use field::{SavedTable, TableField};
pub use overlay::TableOverlay;
pub use reference::TableRef;
pub use rows::Rows;
pub use table::Table;
pub use tx::TableTx;
pub use tx_entry::EntryTx;
pub use value::Value;
