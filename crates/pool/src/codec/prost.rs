//! Protobuf messages.

use forebay_store::{Error, Result};
use prost::Message;

use super::blob_codec::{BlobCodec, Sink, Source};

/// Any protobuf message that prost knows.
///
/// All bytes of a message are in memory beside it while it is written, and while it is read; what the
/// writing takes is not counted in the pool's budget.
#[derive(Clone, Copy, Debug, Default)]
pub struct Prost;

impl<M: Message + Default> BlobCodec<M> for Prost {
    fn id(&self) -> u16 {
        3
    }

    fn name(&self) -> &'static str {
        "prost"
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn encode(&self, value: &M, out: &mut dyn Sink) -> Result<()> {
        out.put(&value.encode_to_vec())
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<M>) -> Result<M> {
        let bytes = from.whole()?;
        M::decode(bytes.as_slice())
            .map_err(|error| Error::corrupt("stored bytes are no such message").with_source(error))
    }
}
