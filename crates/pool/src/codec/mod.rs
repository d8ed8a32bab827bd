//! From values to the bytes of a blob and back.

mod aligned;
#[cfg(feature = "rkyv")]
mod archived;
#[cfg(feature = "arrow")]
mod arrow_ipc;
mod bincode1;
mod blob_codec;
mod bytes;
mod gathered;
#[cfg(feature = "lz4")]
mod lz4;
mod postcard;
#[cfg(feature = "prost")]
mod prost;
mod raw;
#[cfg(feature = "rkyv")]
mod rkyv;
mod whole;

#[cfg(test)]
mod tests;

pub use aligned::Aligned;
#[cfg(feature = "rkyv")]
pub use archived::{Archivable, Archived};
#[cfg(feature = "arrow")]
pub use arrow_ipc::ArrowIpc;
pub use bincode1::Bincode1;
pub use blob_codec::{BlobCodec, Sink, Source};
#[cfg(feature = "lz4")]
pub use lz4::Lz4;
#[cfg(feature = "prost")]
pub use prost::Prost;
#[cfg(feature = "rkyv")]
pub use rkyv::Rkyv;
pub use whole::Whole;
