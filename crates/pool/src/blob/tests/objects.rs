//! Objects with codecs of their own, good and bad ones.

use forebay_store::{Codec, Error, Postcard, Result};
use serde::{Deserialize, Serialize};

use crate::budget::is_foreign;
use crate::codec::{BlobCodec, Sink, Source, Whole};
use crate::object::Object;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Mesh {
    pub(super) name: String,
    pub(super) points: Vec<(u32, Option<i64>)>,
}

impl Object for Mesh {
    const NAME: &'static str = "mesh/1";
    const CODEC: &'static dyn BlobCodec<Self> = &Postcard;

    fn heap_bytes(&self) -> usize {
        0
    }
}

/// The same bytes, but they mean something else.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct NewMesh(pub(super) Mesh);

impl Object for NewMesh {
    const NAME: &'static str = "mesh/2";
    const CODEC: &'static dyn BlobCodec<Self> = &Postcard;

    fn heap_bytes(&self) -> usize {
        0
    }
}

#[derive(Debug, PartialEq)]
pub(super) struct Decimal(pub(super) u64);

#[derive(Debug)]
pub(super) struct Digits;

impl Codec<Decimal> for Digits {
    fn name(&self) -> &'static str {
        "digits"
    }

    fn encode(&self, value: &Decimal) -> Result<Vec<u8>> {
        Ok(value.0.to_string().into_bytes())
    }

    fn decode(&self, bytes: &[u8]) -> Result<Decimal> {
        let text = str::from_utf8(bytes).map_err(|_| Error::corrupt("no text"))?;
        Ok(Decimal(text.parse().map_err(|_| Error::corrupt("no digits"))?))
    }
}

impl Object for Decimal {
    const NAME: &'static str = "decimal";
    const CODEC: &'static dyn BlobCodec<Self> = &Whole(Digits);

    fn heap_bytes(&self) -> usize {
        0
    }
}

/// What a bad codec does with its bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    /// Puts and takes a byte at a time, as it should be.
    ByteByByte,
    PanicsWriting,
    PanicsReading,
    FailsWriting,
    FailsReading,
    PutsLess,
    PutsMore,
    HidesFailures,
    TakesLess,
    TakesMore,
}

/// An object whose codec is bad in one way, which stands in its first byte.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Odd(pub(super) Way, pub(super) Vec<u8>);

#[derive(Debug)]
struct OddCodec;

const WAYS: [Way; 10] = [
    Way::ByteByByte,
    Way::PanicsWriting,
    Way::PanicsReading,
    Way::FailsWriting,
    Way::FailsReading,
    Way::PutsLess,
    Way::PutsMore,
    Way::HidesFailures,
    Way::TakesLess,
    Way::TakesMore,
];

impl BlobCodec<Odd> for OddCodec {
    fn id(&self) -> u16 {
        1000
    }

    fn name(&self) -> &'static str {
        "odd"
    }

    fn length(&self, value: &Odd) -> Option<u64> {
        let length = value.1.len() as u64 + 1;
        match value.0 {
            Way::PutsLess => Some(length + 1),
            Way::PutsMore => Some(length - 1),
            Way::HidesFailures => None,
            _ => Some(length),
        }
    }

    fn encode(&self, value: &Odd, out: &mut dyn Sink) -> Result<()> {
        assert!(is_foreign(), "it must not wait for its pool");
        let way = WAYS.iter().position(|way| *way == value.0).unwrap();
        out.put(&[u8::try_from(way).unwrap()])?;
        match value.0 {
            Way::PanicsWriting => panic!("no bytes for {}", value.1.len()),
            Way::FailsWriting => return Err(Error::unavailable("the codec's own device")),
            _ => {}
        }
        for byte in &value.1 {
            let put = out.put(&[*byte]);
            if value.0 != Way::HidesFailures {
                put?;
            }
        }
        Ok(())
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Odd>) -> Result<Odd> {
        assert!(is_foreign(), "it must not wait for its pool");
        let length = usize::try_from(from.length()).unwrap();
        let mut way = [0];
        from.fill(&mut way)?;
        let way = WAYS[usize::from(way[0])];
        let length = match way {
            Way::PanicsReading => panic!("no value for {length}"),
            Way::FailsReading => return Err(Error::unavailable("the codec's own device")),
            Way::TakesLess => length - 1,
            Way::TakesMore => length + 1,
            _ => length,
        };
        let mut bytes = vec![0; length - 1];
        bytes.chunks_mut(1).try_for_each(|byte| from.fill(byte))?;
        Ok(Odd(way, bytes))
    }
}

impl Object for Odd {
    const NAME: &'static str = "odd";
    const CODEC: &'static dyn BlobCodec<Self> = &OddCodec;

    fn heap_bytes(&self) -> usize {
        self.1.capacity()
    }
}
