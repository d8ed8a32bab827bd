//! Arrays: their elements, one after the other.

use std::array;

use forebay_store::Result;

use super::{Key, KeyBytes, KeyReader, Place, Shape};

impl<K: Key, const N: usize> Key for [K; N] {
    type Tail = K::Tail;
    const SHAPE: Shape = Shape::Array { of: &K::SHAPE, count: N };

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        for (at, key) in self.iter().enumerate() {
            key.encode(place.component(at, N), out);
        }
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        let mut failure = None;
        let keys: [Option<K>; N] = array::from_fn(|at| {
            if failure.is_some() {
                return None;
            }
            let decoded = K::decode(bytes, place.component(at, N));
            decoded.map_err(|error| failure = Some(error)).ok()
        });
        match failure {
            Some(error) => Err(error),
            None => Ok(keys.map(|key| key.expect("an element is missing only after a failure"))),
        }
    }
}
