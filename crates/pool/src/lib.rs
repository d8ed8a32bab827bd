//! Large values behind handles, in a bounded memory, spilled and kept.
//!
//! An *object* is a value in a pool; its *slot* is what memory knows of it, its *blob* is the object
//! as bytes with a head that is checked, and a *medium* is where blobs go. Bytes in memory are taken
//! from one ledger as *room*, and go back when the value is really freed.

mod builder;
mod counts;
mod error;
mod event;
mod heap_bytes;
mod hint;
mod inner;
mod key;
mod known;
mod object;
mod plain;
mod pool;
mod settings;
mod stats;
mod transfers;

mod archive;
mod blob;
mod budget;
mod codec;
mod disk;
pub mod fault;
pub mod file_backed;
mod handle;
mod lanes;
mod many;
mod medium;
mod order;
mod press;
mod slot;

pub use archive::{
    Archive, ArchiveSettings, Catalog, Damage, DamagedSnapshot, GcReport, Item, KeptAll, Listed,
    Missing, PackBytes, Progress, Snapshot, SnapshotReport, Snapshots, Stock, Verified,
};
pub use blob::HEAD;
pub use budget::{Room, WhenFull};
pub use builder::Builder;
#[cfg(feature = "arrow")]
pub use codec::ArrowIpc;
#[cfg(feature = "lz4")]
pub use codec::Lz4;
#[cfg(feature = "prost")]
pub use codec::Prost;
pub use codec::{Aligned, Bincode1, BlobCodec, Sink, Source, Whole};
#[cfg(feature = "rkyv")]
pub use codec::{Archivable, Archived, Rkyv};
pub use error::{AllPinned, Holder, Rejected};
pub use event::{Event, Watcher};
pub use forebay_store::{ByteSize, Error, ErrorKind, Postcard, Raw};
pub use handle::{Guard, GuardMut, Handle, Lending, Offer, Pinned, WeakHandle};
pub use heap_bytes::HeapBytes;
pub use hint::Hint;
pub use key::Key;
pub use many::{CloseReport, Scan};
#[cfg(feature = "lz4")]
pub use medium::CompressedMemory;
pub use medium::conformance;
pub use medium::{
    Account, DirBuilder, DirMedium, Linkable, Medium, MediumTraits, PartUsage, Place, PlainMemory,
    Quota, Reading, StoreMedium, Swept, Tiers, TiersBuilder, Usage, Writing,
};
pub use object::Object;
pub use order::Order;
pub use plain::Plain;
pub use pool::Pool;
pub use stats::{Objects, Stats};
pub use transfers::Transfers;
