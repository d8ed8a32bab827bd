//! Bytes and texts as they are.

use bytes::Bytes;
use forebay_store::{Error, Raw, Result};

use super::aligned::try_zeroed_vec;
use super::blob_codec::{BlobCodec, Sink, Source};

const ID: u16 = 6;
const NAME: &str = "bytes";

impl BlobCodec<Bytes> for Raw {
    fn id(&self) -> u16 {
        ID
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn length(&self, value: &Bytes) -> Option<u64> {
        Some(value.len() as u64)
    }

    fn encode(&self, value: &Bytes, out: &mut dyn Sink) -> Result<()> {
        out.put(value)
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Bytes>) -> Result<Bytes> {
        all(from).map(Bytes::from)
    }
}

impl BlobCodec<String> for Raw {
    fn id(&self) -> u16 {
        ID
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn length(&self, value: &String) -> Option<u64> {
        Some(value.len() as u64)
    }

    fn encode(&self, value: &String, out: &mut dyn Sink) -> Result<()> {
        out.put(value.as_bytes())
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<String>) -> Result<String> {
        String::from_utf8(all(from)?)
            .map_err(|error| Error::corrupt("a stored text is not UTF-8").with_source(error))
    }
}

fn all(from: &mut dyn Source) -> Result<Vec<u8>> {
    let length = usize::try_from(from.length())
        .map_err(|_| Error::refused("a value is longer than this machine has addresses"))?;
    let mut bytes = try_zeroed_vec(length)?;
    from.fill(&mut bytes)?;
    Ok(bytes)
}
