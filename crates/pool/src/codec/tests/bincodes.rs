//! bincode 1's wire format.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use forebay_store::{Error, ErrorKind, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};

use super::rig::Given;
use crate::codec::{Aligned, Bincode1, BlobCodec, Sink, Source};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Dot,
    Line(i16, i16),
    Named { text: String },
    Nested(Option<Box<Shape>>),
}

#[derive(Default)]
struct Bytes(Vec<u8>);

impl Sink for Bytes {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

fn encode<T: Serialize + DeserializeOwned>(value: &T) -> Vec<u8> {
    let mut bytes = Bytes::default();
    BlobCodec::<T>::encode(&Bincode1, value, &mut bytes).unwrap();
    bytes.0
}

fn decode<T: Serialize + DeserializeOwned>(bytes: impl Into<Vec<u8>>) -> Result<T> {
    BlobCodec::<T>::decode(&Bincode1, &mut Given(bytes.into()), None)
}

#[track_caller]
fn is<T: Serialize + DeserializeOwned + Debug + PartialEq>(value: &T, bytes: &[u8]) {
    assert_eq!(encode(value), bytes);
    assert_eq!(&decode::<T>(bytes).unwrap(), value);
    let cut = bytes.split_last().map(|(_, cut)| decode::<T>(cut).unwrap_err().kind());
    assert!(cut.is_none_or(|kind| kind == ErrorKind::Corrupt), "a byte less is damage");
    let more = decode::<T>([bytes, &[0]].concat()).unwrap_err();
    assert_eq!(more.kind(), ErrorKind::Corrupt, "and so is one more");
}

#[track_caller]
fn is_damage<T: Serialize + DeserializeOwned + Debug>(bytes: &[u8]) {
    let error = decode::<T>(bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
}

#[test]
fn every_shape_has_the_bytes_that_bincode_gives_it() {
    is(&true, &[1]);
    is(&(1_u8, -2_i16, 3_u32), &[1, 0xfe, 0xff, 3, 0, 0, 0]);
    is(&(u64::MAX - 1), &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    is(&-1_i128, &[0xff; 16]);
    is(&1.5_f32, &[0, 0, 0xc0, 0x3f]);
    is(&'\u{df}', &[0xc3, 0x9f]);
    is(&String::from("hi"), &[2, 0, 0, 0, 0, 0, 0, 0, b'h', b'i']);
    is(&vec![1_u16, 2], &[2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0]);
    is(&[7_u8; 3], &[7, 7, 7]);
    is(&(Some(5_u8), None::<u8>, ()), &[1, 5, 0]);
    is(&BTreeMap::from([(1_u8, true)]), &[1, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
    is(&Shape::Dot, &[0, 0, 0, 0]);
    is(&Shape::Line(1, -1), &[1, 0, 0, 0, 1, 0, 0xff, 0xff]);
    let named = Shape::Named { text: String::from("x") };
    is(&named, &[2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, b'x']);
}

#[test]
fn what_is_longer_than_what_is_gathered_comes_back() {
    let numbers: Vec<u32> = (0..10_000).collect();
    let texts = vec!["long ".repeat(700), String::new()];
    assert_eq!(decode::<Vec<u32>>(encode(&numbers)).unwrap(), numbers);
    assert_eq!(decode::<Vec<String>>(encode(&texts)).unwrap(), texts);
}

#[test]
fn a_length_that_lies_is_damage_and_asks_for_no_memory() {
    // So much memory nobody has: to ask for it would end the process, or be `Busy`.
    for length in [u64::MAX, 1 << 62, 1 << 46] {
        let bytes = [&length.to_le_bytes()[..], b"abcdefgh"].concat();
        is_damage::<String>(&bytes);
        is_damage::<Vec<u64>>(&bytes);
        is_damage::<Vec<String>>(&bytes);
        is_damage::<HashMap<u8, u64>>(&bytes);
    }
}

#[test]
fn elements_without_bytes_come_to_an_end() {
    assert_eq!(decode::<Vec<()>>(5_u64.to_le_bytes()).unwrap().len(), 5);
    assert_eq!(decode::<Vec<()>>(1_024_u64.to_le_bytes()).unwrap().len(), 1_024);
    is_damage::<Vec<()>>(&1_025_u64.to_le_bytes());
    is_damage::<Vec<()>>(&u64::MAX.to_le_bytes());
    is_damage::<Vec<[u64; 0]>>(&u64::MAX.to_le_bytes());
    // Fields without bytes are the type's own, and as many as there are.
    let many: Vec<((), u8)> = vec![((), 1); 100_000];
    assert_eq!(decode::<Vec<((), u8)>>(encode(&many)).unwrap(), many);
}

#[test]
fn endless_nesting_is_damage() {
    let deeper = [3, 0, 0, 0, 1];
    is_damage::<Shape>(&deeper.repeat(1_000_000));
    let mut shape = Shape::Dot;
    for _ in 0..40 {
        shape = Shape::Nested(Some(Box::new(shape)));
    }
    assert_eq!(decode::<Shape>(encode(&shape)).unwrap(), shape);
}

#[test]
fn what_is_no_such_value_is_damage() {
    is_damage::<bool>(&[2]);
    is_damage::<Option<u8>>(&[2, 0]);
    is_damage::<Shape>(&[4, 0, 0, 0]);
    is_damage::<String>(&[1, 0, 0, 0, 0, 0, 0, 0, 0xff]);
    for no_char in [&[0x80_u8][..], &[0xc3, 0x28], &[0xff, 0xff, 0xff, 0xff], &[0xed, 0xa0, 0x80]] {
        is_damage::<char>(no_char);
    }
}

/// Says nothing of how many it is.
#[derive(Deserialize)]
struct Uncounted;

impl Serialize for Uncounted {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_seq(None).and_then(serde::ser::SerializeSeq::end)
    }
}

#[test]
fn what_does_not_say_how_many_it_is_is_refused() {
    let refused = BlobCodec::<Uncounted>::encode(&Bincode1, &Uncounted, &mut Bytes::default());
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Refused);
}

struct Failing;

impl Sink for Failing {
    fn put(&mut self, _: &[u8]) -> Result<()> {
        Err(Error::unavailable("the disk is away"))
    }
}

impl Source for Failing {
    fn length(&self) -> u64 {
        100
    }
    fn fill(&mut self, _: &mut [u8]) -> Result<()> {
        Err(Error::unavailable("the disk is away"))
    }
    fn whole(&mut self) -> Result<Aligned> {
        Err(Error::unavailable("the disk is away"))
    }
}

#[test]
fn an_error_of_the_medium_stays_what_it_is() {
    let written = BlobCodec::<u64>::encode(&Bincode1, &1, &mut Failing).unwrap_err();
    let read = BlobCodec::<u64>::decode(&Bincode1, &mut Failing, None).unwrap_err();
    assert_eq!([written.kind(), read.kind()], [ErrorKind::Unavailable; 2]);
}
