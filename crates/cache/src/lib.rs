//! Bounded memory in front of a backing store: read-through, write-through, write-behind.
//!
//! [`Cache`] is the handle; [`Cache::builder`] opens one over any store. `table/` holds the
//! entries and their states, one lock a shard; `engine/` is everything around it. The states and
//! transitions are a table in `docs/entry-states.md`.
//!
//! With the feature `tracing` a cache tells subscribers of that crate what it does, with the target `forebay`. There are
//! spans at the level of debugging for an opening, a batch that the store has (number, writes, attempt, through, bytes;
//! then stored, refused, failed, `took_micros`), a load (keys), a flush (number) and a checkpoint. What
//! [listeners](Builder::listen) are told comes as events. A hit tells nothing. No field holds a key, a value, or what a
//! store said.
//!
//! ```
//! use forebay_cache::{ByteSize, Cache, Settings};
//! use forebay_store::MemoryStore;
//!
//! # fn main() -> forebay_store::Result<()> {
//! let cache = Cache::builder(MemoryStore::new())
//!     .capacity(ByteSize::mib(64))
//!     .write_behind(Settings::default())
//!     .open()
//!     .wait()?;
//! cache.put("answer".to_owned(), 42).wait()?;
//! assert_eq!(cache.get(&"answer".to_owned()).wait()?, Some(42));
//! cache.flush().wait()?;
//! # Ok(())
//! # }
//! ```

mod answers;
mod blueprint;
mod builder;
mod cache;
mod engine;
mod event;
mod explanation;
mod get;
mod group;
mod histogram;
pub mod journal;
mod lookup;
mod metrics;
mod mode;
mod not_stored;
mod quarantine;
mod receipt;
mod report;
mod resident;
mod settings;
mod stats;
mod table;
mod tenant;
#[cfg(test)]
mod transitions;
mod warming;
mod write;

pub use answers::Answers;
pub use builder::Builder;
pub use cache::{Cache, Entry, Quarantine};
pub use engine::{Joint, Transaction};
pub use event::Event;
pub use explanation::{Explanation, Standing};
pub use forebay_store::ByteSize;
pub use get::Get;
pub use group::{Committed, Group};
pub use histogram::Histogram;
pub use lookup::{Filler, Lookup};
pub use metrics::Metrics;
pub use mode::Mode;
pub use not_stored::NotStored;
pub use quarantine::{Quarantined, QuarantinedWrite, Refusal};
pub use receipt::Receipt;
pub use report::{CloseReport, DrainReport};
pub use resident::Resident;
pub use settings::{Settings, WhenFull, WhenRefused};
pub use stats::{JournalStats, Stats};
pub use tenant::{CacheReading, CacheTenant};
pub use warming::{Warmed, Warming};
pub use write::{Change, Modified, Stamp, Transacted, Write};
