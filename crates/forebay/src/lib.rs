//! A memory tier in front of a slow system of record: reads cost what memory costs, writes are told
//! exactly how safe they are, and nothing is lost that its rung promised to keep.
//!
//! Every write travels a ladder, and the caller is told which rung it has reached:
//!
//! | rung | the write is in | survives |
//! |---|---|---|
//! | [`Durability::Memory`] | the process | nothing |
//! | [`Durability::Journaled`] | the journal, handed to the operating system | `kill -9` |
//! | [`Durability::Synced`] | the journal, on the device | a power cut |
//! | [`Durability::Stored`] | the backing store | what the store survives |
//!
//! The two rungs between need a journal: [`Builder::journal`].
//!
//! - [`Cache`] is the tier: read-through, write-through or write-behind.
//! - [`journal`] reads what a cache has left in its journal.
//! - [`BlockingStore`] and [`AsyncStore`] are for authors of stores, [`conformance`] checks theirs.
//! - [`wrap`] holds stores that stand in front of a store: retry, time-out, limit, observer.
//! - `state`, with the feature of that name, is a database in memory that is a struct of tables: transactions on
//!   the same ladder, without a store behind it.
//! - `pool`, with the feature of that name, holds large values behind handles, in a bounded memory: what does not
//!   fit is spilled to disk, and chosen objects are kept in archives.
//! - [`SharedJournal`] is one log for several: caches, and a state whose transactions take writes of caches along.
//! - [`Op`] is what every operation returns: `.await` it or `.wait()` for it.
//!
//! ```
//! use forebay::{Cache, MemoryStore, Settings};
//! use std::time::Duration;
//!
//! # fn main() -> forebay::Result<()> {
//! let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
//! let receipt = cache.put("ada".to_owned(), 36).wait()?; // acknowledged at `Memory`
//! receipt.stored().wait()?; // now in the store
//! assert_eq!(cache.get(&"ada".to_owned()).wait()?, Some(36));
//! assert!(cache.close(Duration::from_secs(5)).wait()?.is_clean());
//! # Ok(())
//! # }
//! ```

pub use forebay_cache::{
    Answers, Builder, ByteSize, Cache, Change, CloseReport, Committed, DrainReport, Entry, Event,
    Explanation, Filler, Get, Group, Histogram, JournalStats, Lookup, Metrics, Mode, Modified,
    NotStored, Quarantine, Quarantined, QuarantinedWrite, Receipt, Refusal, Resident, Settings,
    Stamp, Standing, Stats, Transacted, Transaction, Warmed, Warming, WhenFull, WhenRefused, Write,
};
pub use forebay_journal::{
    JournalFailure, Loss, LossBound, Recovery, Settings as JournalSettings, SharedJournal,
};
pub use forebay_store::{
    AsyncStore, BackingStore, Batch, BatchId, BlockingStore, Capabilities, Codec, Condition,
    Cursor, Done, Durability, Edit, Error, ErrorKind, IntoStore, Key, MemoryStore, Moment, Op,
    Outcome, Page, Postcard, Raw, Result, Seams, SharedStore, Value, WallTime, WriteOp,
    conformance, seam, wrap,
};

pub use forebay_cache::journal;

#[cfg(feature = "pool")]
pub mod pool;
#[cfg(feature = "state")]
pub mod state;

#[cfg(feature = "dir")]
pub use forebay_dir::DirStore;
#[cfg(feature = "object")]
pub use forebay_object::ObjectStore;
#[cfg(feature = "redb")]
pub use forebay_redb::{RedbStore, ScratchSettings};

/// The programs in the README are compiled with the tests of the documentation.
#[cfg(all(doctest, feature = "redb", feature = "state"))]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// The programs of the chapter on states.
#[cfg(all(doctest, feature = "json"))]
#[doc = include_str!("../../../docs/state.md")]
struct Chapter;

/// The program of the chapter on journals.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/journal.md")]
struct Journals;

/// The programs of the chapter on pools.
#[cfg(all(doctest, feature = "pool"))]
#[doc = include_str!("../../../docs/pool.md")]
struct Pools;
