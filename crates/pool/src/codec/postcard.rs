//! Any serde type, streamed in postcard's wire format.

use forebay_store::{Codec, Error, Postcard, Result};
use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::blob_codec::{BlobCodec, Sink, Source};
use super::gathered::Gathered;

impl<T: Serialize + DeserializeOwned> BlobCodec<T> for Postcard {
    fn id(&self) -> u16 {
        2
    }

    fn name(&self) -> &'static str {
        "postcard"
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn encode(&self, value: &T, out: &mut dyn Sink) -> Result<()> {
        let mut failed = None;
        let flavor = Streamed { out: Gathered::new(out), failed: &mut failed };
        let encoded = postcard::serialize_with_flavor(value, flavor);
        match (failed, encoded) {
            (Some(failed), _) => Err(failed),
            (None, Ok(())) => Ok(()),
            (None, Err(error)) => {
                Err(Error::refused("encode the value as postcard").with_source(error))
            }
        }
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<T>) -> Result<T> {
        let bytes = from.whole()?;
        Codec::decode(self, bytes.as_slice())
    }
}

/// Postcard into a sink. Its errors have no room for ours, so that is put aside.
struct Streamed<'a> {
    out: Gathered<'a>,
    failed: &'a mut Option<Error>,
}

impl Streamed<'_> {
    fn told(&mut self, done: Result<()>) -> postcard::Result<()> {
        done.map_err(|error| {
            *self.failed = Some(error);
            postcard::Error::SerializeBufferFull
        })
    }
}

impl Flavor for Streamed<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        let done = self.out.put(bytes);
        self.told(done)
    }

    fn finalize(mut self) -> postcard::Result<()> {
        let done = self.out.flush();
        self.told(done)
    }
}
