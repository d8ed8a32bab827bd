//! redb as a backing store: the embedded default. One file, no server, transactional.
//!
//! A batch is one transaction, on the device when it is answered. The allocator's state is saved
//! with each commit (redb calls it quick repair), so opening after a crash takes no time however
//! large the file is.
//!
//! ```
//! use forebay_redb::RedbStore;
//! use forebay_store::{Batch, BatchId, BlockingStore, WriteOp};
//!
//! # fn main() -> forebay_store::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("users.redb");
//! let store: RedbStore<u64, String> = RedbStore::open(&path)?;
//! let ops = vec![WriteOp::put(7, "ada".to_owned(), 1)];
//! let outcomes = store.apply(&Batch { id: BatchId { origin: 1, number: 1 }, ops })?;
//! assert!(outcomes[0].is_stored());
//! assert_eq!(store.load(&[7, 8])?, [Some("ada".to_owned()), None]);
//! # Ok(())
//! # }
//! ```

mod creation;
mod failure;
mod footprint;
mod handle;
mod scratch;
mod scratch_file;
mod scratch_settings;
mod store;
mod tables;
mod transaction;
mod unsynced;

#[cfg(test)]
mod faulty;

pub use scratch_settings::ScratchSettings;
pub use store::RedbStore;
