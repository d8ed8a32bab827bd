//! What a backing store is, and everything that may stand in front of or behind one.
//!
//! A *backing store* is the system of record: it loads many keys at once and applies an ordered
//! batch of writes with one [`Outcome`] per write. Authors write [`BlockingStore`] or
//! [`AsyncStore`], whichever suits their driver; both become the one object-safe, completion-based
//! face [`BackingStore`], which is all that the engine ever sees. This crate knows no runtime.
//!
//! Read in this order: [`BackingStore`], [`Batch`], [`Outcome`], [`Op`], [`Seams`].

mod backing;
mod batch;
mod byte_size;
mod capabilities;
mod durability;
mod error;
mod outcome;
mod page;
mod quota;

mod asynchronous;
mod blocking;
mod into_store;

mod codec;
mod done;
mod drive;
mod op;
pub mod seam;
mod slot;

pub mod conformance;
pub mod fault;
mod memory;
#[doc(hidden)]
pub mod sync;
pub mod wrap;

pub use asynchronous::{AsyncStore, Asynchronous};
pub use backing::{BackingStore, Key, SharedStore, Value};
pub use batch::{Batch, BatchId, Condition, Edit, WriteOp};
pub use blocking::{Blocking, BlockingStore};
pub use byte_size::ByteSize;
pub use capabilities::Capabilities;
pub use codec::{Codec, Postcard, Raw};
pub use done::Done;
pub use drive::Drive;
pub use durability::Durability;
pub use error::{Error, ErrorKind, Result};
pub use into_store::{IntoStore, kind};
pub use memory::{MemoryStore, MemoryStoreStats};
pub use op::Op;
pub use outcome::Outcome;
pub use page::{Cursor, Page};
pub use quota::Quota;
pub use seam::{Moment, Seams, WallTime};
