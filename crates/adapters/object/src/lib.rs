//! Object storage as a backing store: whatever the crate `object_store` speaks to.
//!
//! This crate brings no client of any cloud and no runtime. Whoever uses one depends on `object_store` with the
//! feature that he needs, and gives the store a [`Spawn`](forebay_store::seam::Spawn) that runs futures on the
//! runtime that the client needs.
//!
//! What it gives: a put is atomic, whole or not there, and as durable as the storage makes it. What it cannot
//! give:
//!
//! - A batch is no transaction, and conditions are not honoured.
//! - A write that fails is `Unknown`, unless the client never sends such a one: clients try again by themselves, and
//!   a last answer says nothing of the tries before.
//! - A write that timed out may still be on its way. If it lands late, it overwrites a newer value of its key
//!   (G3), or brings back a key that was deleted (G9). Nothing here can fence it off: a put that names the version
//!   which it replaces would, but then each costs a question more, and neither a delete nor a put in parts takes
//!   such a condition. A medium of a pool needs no fence: no key of it comes twice.
//! - `LocalFileSystem` is durable only with `with_fsync(true)`; without it a power cut may take what was
//!   `Stored` (G1).
//! - A root, bucket or mount that is missing may look as if no key were there, for the storage says the same of
//!   both. Look that it is there before a cache takes absence for an answer.
//!
//! ```
//! use std::sync::Arc;
//!
//! use forebay_object::ObjectStore;
//! use forebay_store::seam::block_on;
//! use forebay_store::{AsyncStore, Batch, BatchId, WriteOp};
//! use object_store::memory::InMemory;
//!
//! # fn main() -> forebay_store::Result<()> {
//! let store: ObjectStore<String, u64> = ObjectStore::new(Arc::new(InMemory::new()), "users")?;
//! let ops = vec![WriteOp::put("ada".to_owned(), 7, 1)];
//! let batch = Batch { id: BatchId { origin: 1, number: 1 }, ops };
//! assert!(block_on(store.apply(&batch))?[0].is_stored());
//! assert_eq!(block_on(store.load(&["ada".to_owned()]))?, [Some(7)]);
//! # Ok(())
//! # }
//! ```

mod failure;
mod names;
mod store;

pub use store::ObjectStore;
