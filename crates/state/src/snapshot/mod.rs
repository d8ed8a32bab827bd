//! Snapshots: all entries of a state at one revision, in one file.
//!
//! The format is in `docs/format/state-snapshot.md`. [`Writer`] and [`Reader`] stream: neither holds
//! more than a few blocks, whatever the state is. What is read is checked altogether: a wrong bit, a
//! missing piece or another order is an error that names block and byte ([`SnapshotDamage`]).

#[cfg(test)]
mod tests;

mod block;
mod compression;
mod damage;
mod entries;
mod file;
mod find;
mod footer;
mod head;
mod keeper;
mod load;
mod loading;
mod make;
mod name;
mod order;
mod reader;
mod report;
mod salvage;
mod salvage_load;
mod save;
mod settings;
mod stored;
mod unit;
mod writer;

pub use block::{BLOCK_MAX, Block};
pub use compression::Compression;
pub use damage::SnapshotDamage;
pub use entries::Walk;
pub use file::{FileReader, FileWriter};
pub use footer::{TableTotals, Totals};
pub use head::{Head, SnapshotId, VERSION};
pub use name::{file_name, parse_name};
pub use order::Order;
pub use reader::{RawEntry, Reader};
pub use report::SnapshotReport;
pub use settings::SnapshotSettings;
pub use writer::Writer;

pub(crate) use find::{SnapshotFile, load_newest, newest, snapshot_files};
pub(crate) use keeper::Keeper;
pub(crate) use load::Loaded;
pub(crate) use make::write_new;
pub(crate) use salvage_load::salvage;
pub(crate) use save::{save, save_quarantine};
