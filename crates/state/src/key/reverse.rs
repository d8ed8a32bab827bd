//! `Reverse`: the same bits flipped, so that the greatest is first.

use std::cmp::Reverse;

use forebay_store::Result;

use super::{Key, KeyBytes, KeyReader, Place, Shape};

impl<K: Key> Key for Reverse<K> {
    type Tail = K::Tail;
    const SHAPE: Shape = Shape::Of { name: "reverse", of: &K::SHAPE };

    fn encode(&self, _: Place, out: &mut KeyBytes) {
        out.inverted(|out| self.0.encode(Place::Inner, out));
    }

    fn decode(bytes: &mut KeyReader<'_>, _: Place) -> Result<Self> {
        bytes.inverted(|bytes| K::decode(bytes, Place::Inner)).map(Self)
    }
}
