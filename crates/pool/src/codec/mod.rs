//! From values to the bytes of a blob and back.

mod aligned;
mod blob_codec;
mod bytes;

pub use aligned::Aligned;
pub use blob_codec::{BlobCodec, Sink, Source};
