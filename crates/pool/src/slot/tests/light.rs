//! A type that says too little of what it weighs.

use forebay_store::Result;

use crate::codec::{BlobCodec, Sink, Source};
use crate::object::Object;

/// Says too little of what it weighs, unless it is marked.
pub(super) struct Light(pub(super) Vec<u8>);

impl Light {
    const HEAVY: u8 = 2;

    /// One that says what it weighs.
    pub(super) fn heavy(mut bytes: Vec<u8>) -> Self {
        bytes[0] = Self::HEAVY;
        bytes.truncate(bytes.len() - size_of::<Self>());
        Self(bytes)
    }
}

struct Bytewise;

impl BlobCodec<Light> for Bytewise {
    fn id(&self) -> u16 {
        1020
    }

    fn name(&self) -> &'static str {
        "bytewise"
    }

    fn encode(&self, value: &Light, out: &mut dyn Sink) -> Result<()> {
        out.put(&value.0)
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Light>) -> Result<Light> {
        let mut bytes = vec![0; 100_000];
        from.fill(&mut bytes)?;
        Ok(Light(bytes))
    }
}

impl Object for Light {
    const NAME: &'static str = "light";
    const CODEC: &'static dyn BlobCodec<Self> = &Bytewise;

    fn heap_bytes(&self) -> usize {
        if self.0.first() == Some(&Self::HEAVY) { self.0.len() } else { 0 }
    }
}
