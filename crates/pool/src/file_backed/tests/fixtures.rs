//! Places that a real `file_backed` 0.6.14 wrote.

#[expect(unreachable_pub, reason = "the program that wrote the fixtures has the same file")]
#[path = "../../../../../fixtures/file_backed-0.6.14/make/src/every.rs"]
mod every;

use std::fmt::Debug;

use bytes::Bytes;
use forebay_store::{Raw, Result};

use super::rig::{expected, fixture};
use crate::codec::{Bincode1, BlobCodec, Sink};
use crate::file_backed::Persisted;
use every::{Every, every};

fn shown<T: Debug>(place: &Persisted, codec: &dyn BlobCodec<T>) -> Vec<(crate::Key, String)> {
    let one = |key: &crate::Key| (*key, format!("{:?}", place.read(*key, codec).unwrap()));
    place.keys().iter().map(one).collect()
}

#[test]
fn every_shape_that_the_real_one_wrote_is_read() {
    let place = Persisted::open(fixture("bincode")).unwrap();
    let text = include_str!("../../../../../fixtures/file_backed-0.6.14/bincode.txt");
    assert_eq!(shown::<Every>(&place, &Bincode1), expected(text));
    assert_eq!(place.strange(), 0);
    let texts = Persisted::open(fixture("texts")).unwrap();
    let text = include_str!("../../../../../fixtures/file_backed-0.6.14/texts.txt");
    assert_eq!(shown::<String>(&texts, &Bincode1), expected(text));
}

#[cfg(feature = "prost")]
#[test]
fn messages_that_the_real_one_wrote_are_read() {
    let place = Persisted::open(fixture("prost")).unwrap();
    let text = include_str!("../../../../../fixtures/file_backed-0.6.14/prost.txt");
    assert_eq!(shown::<String>(&place, &crate::codec::Prost), expected(text));
}

struct Sunk(Vec<u8>);

impl Sink for Sunk {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

#[test]
fn what_this_codec_writes_is_byte_for_byte_what_the_real_one_wrote() {
    let place = Persisted::open(fixture("bincode")).unwrap();
    let mut ours: Vec<Vec<u8>> = Vec::new();
    for value in every() {
        let mut bytes = Sunk(Vec::new());
        BlobCodec::<Every>::encode(&Bincode1, &value, &mut bytes).unwrap();
        ours.push(bytes.0);
    }
    let theirs = place.keys().iter().map(|key| place.read::<Bytes>(*key, &Raw).unwrap());
    let mut theirs: Vec<Vec<u8>> = theirs.map(|bytes| bytes.to_vec()).collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    assert_eq!(ours, theirs);
}
