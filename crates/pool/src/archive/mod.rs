//! Archives: named durable places for objects that outlive their pool.
//!
//! An archive is a directory with an identity. An object is *kept* there under its key, or stands in a
//! *snapshot* under a name: a manifest that is renamed into place. The format is in
//! `docs/format/archive.md`.

mod adopting;
mod bytes;
mod catalog;
mod claims;
mod collecting;
mod commit;
mod crew;
mod deleting;
mod errand;
mod face;
mod failure;
mod fields;
mod file_pen;
mod files;
mod folder;
mod identity;
mod integrity;
mod item;
mod keep;
mod linking;
mod listing;
mod manifest;
mod medium;
mod names;
mod objects;
mod of_pool;
mod open_archives;
mod opening;
mod pack;
mod pack_bytes;
mod part;
mod placing;
mod read_only;
mod renewal;
mod report;
mod root;
mod seat;
mod securing;
mod settings;
mod signs;
mod turn;
mod vault;
mod verifying;
mod watched;

#[cfg(test)]
mod tests;

pub(crate) use bytes::{Bytes, OpenFile};
pub(crate) use errand::errand;
pub(crate) use failure::failed;
pub(crate) use of_pool::existing;
pub(crate) use open_archives::OpenArchives;

pub use face::Archive;
pub use item::Item;
pub use pack_bytes::PackBytes;
pub use read_only::Catalog;
pub use report::{
    Damage, DamagedSnapshot, GcReport, KeptAll, Listed, Missing, Progress, Snapshot,
    SnapshotReport, Snapshots, Stock, Verified,
};
pub use settings::ArchiveSettings;
