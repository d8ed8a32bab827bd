//! `Uuid`: its octets, as it orders itself.

use forebay_store::Result;
use uuid::Uuid;

use super::{Key, KeyBytes, KeyReader, Place, Shape};

impl Key for Uuid {
    type Tail = ();
    const SHAPE: Shape = Shape::Named { name: "uuid" };

    fn encode(&self, _: Place, out: &mut KeyBytes) {
        out.extend(self.as_bytes());
    }

    fn decode(bytes: &mut KeyReader<'_>, _: Place) -> Result<Self> {
        bytes.array().map(Self::from_bytes)
    }

    fn with_encoded<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        read(self.as_bytes())
    }
}
