//! From values to the bytes of a blob and back.

mod aligned;
mod blob_codec;
mod bytes;
mod postcard;
mod raw;
mod whole;

pub use aligned::Aligned;
pub use blob_codec::{BlobCodec, Sink, Source};
pub use whole::Whole;
