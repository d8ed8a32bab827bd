//! Bytes as they are.

use forebay_store::{Error, Raw, Result};

use super::blob_codec::{BlobCodec, Sink, Source};
use crate::object::Object;

impl BlobCodec<Vec<u8>> for Raw {
    fn id(&self) -> u16 {
        1
    }

    fn name(&self) -> &'static str {
        "raw"
    }

    fn length(&self, value: &Vec<u8>) -> Option<u64> {
        Some(value.len() as u64)
    }

    fn encode(&self, value: &Vec<u8>, out: &mut dyn Sink) -> Result<()> {
        out.put(value)
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Vec<u8>>) -> Result<Vec<u8>> {
        let length = usize::try_from(from.length());
        let length = length.map_err(|_| Error::refused("longer than memory has addresses"))?;
        let mut bytes = vec![0; length];
        from.fill(&mut bytes)?;
        Ok(bytes)
    }
}

impl Object for Vec<u8> {
    const NAME: &'static str = "u8";
    const CODEC: &'static dyn BlobCodec<Self> = &Raw;

    fn heap_bytes(&self) -> usize {
        self.capacity()
    }
}
