//! Any serde type, streamed in postcard's wire format.

use forebay_store::{Codec, Error, Postcard, Result};
use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::blob_codec::{BlobCodec, Sink, Source};

/// Numbers come byte by byte: so many of them go on together.
const GATHERED: usize = 1024;

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
        let flavor = Streamed { out, failed: &mut failed, gathered: [0; GATHERED], length: 0 };
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
    out: &'a mut dyn Sink,
    failed: &'a mut Option<Error>,
    gathered: [u8; GATHERED],
    length: usize,
}

impl Streamed<'_> {
    fn put(&mut self, bytes: Option<&[u8]>) -> postcard::Result<()> {
        let bytes = bytes.unwrap_or(&self.gathered[..self.length]);
        self.out.put(bytes).map_err(|error| {
            *self.failed = Some(error);
            postcard::Error::SerializeBufferFull
        })
    }

    fn flush(&mut self) -> postcard::Result<()> {
        if self.length > 0 {
            self.put(None)?;
            self.length = 0;
        }
        Ok(())
    }
}

impl Flavor for Streamed<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        if self.length + bytes.len() > GATHERED {
            self.flush()?;
            if bytes.len() > GATHERED {
                return self.put(Some(bytes));
            }
        }
        self.gathered[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
        Ok(())
    }

    fn finalize(mut self) -> postcard::Result<()> {
        self.flush()
    }
}
