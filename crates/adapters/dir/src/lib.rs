//! A directory of files as a backing store: one file a key, published atomically.
//!
//! It suits values of kilobytes and more, people who want to see their data with ordinary tools,
//! and file systems that are backed up as files. Each write costs an fsync of its file and one of
//! its folder. The format is written down in `docs/format/dir.md`.
//!
//! ```
//! use forebay_dir::DirStore;
//! use forebay_store::{Batch, BatchId, BlockingStore, WriteOp};
//!
//! # fn main() -> forebay_store::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("users");
//! let store: DirStore<u64, String> = DirStore::open(&path)?;
//! let ops = vec![WriteOp::put(7, "ada".to_owned(), 1)];
//! let outcomes = store.apply(&Batch { id: BatchId { origin: 1, number: 1 }, ops })?;
//! assert!(outcomes[0].is_stored());
//! assert_eq!(store.load(&[7, 8])?, [Some("ada".to_owned()), None]);
//! # Ok(())
//! # }
//! ```

mod entry;
mod folder;
mod fs;
mod marker;
mod name;
mod pages;
mod store;

pub use store::DirStore;
