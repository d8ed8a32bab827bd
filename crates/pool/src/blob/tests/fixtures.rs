//! Blobs that a release has written. What they say stays as it is, whatever is written later.
//!
//! A fixture is a text in `fixtures/pool/v1/blob`: a line that says what it is, `length LENGTH`, and
//! `OFFSET HEX` with 32 bytes a line where they are not all zero.

use std::fmt::Debug;

use forebay_store::ErrorKind;

use super::objects::{Decimal, Mesh};
use super::rig::{ID, Noted, read, write};
use crate::blob::check_blob;
use crate::medium::Place;
use crate::object::Object;

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../../../fixtures/pool/v1/blob/", $name, ".hex"))
    };
}

fn expand(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in text.lines().skip(1) {
        let (word, rest) = line.split_once(' ').unwrap();
        if word == "length" {
            bytes.resize(rest.parse().unwrap(), 0);
            continue;
        }
        let at = usize::from_str_radix(word, 16).unwrap();
        for (byte, pair) in bytes[at..].iter_mut().zip(rest.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
        }
    }
    bytes
}

fn opened(text: &str) -> (Noted, Place) {
    let medium = Noted::default();
    let place = medium.put_blob(expand(text));
    (medium, place)
}

/// It is read as this value, and the value is written as these bytes.
fn is<T: Object + PartialEq + Debug>(text: &str, value: &T) {
    let (mut medium, place) = opened(text);
    assert_eq!(read::<T>(&medium, place).unwrap(), *value);
    let head = check_blob(&medium, place, &mut |_| ()).unwrap();
    assert_eq!((head.id, head.weight), (ID, 77));
    medium.offset = head.offset;
    let again = write(&medium, value).unwrap().place;
    assert_eq!(medium.change(again, |bytes| bytes.clone()), expand(text));
}

fn mesh() -> Mesh {
    Mesh { name: String::from("cube"), points: vec![(1, None), (300, Some(-2))] }
}

#[test]
fn a_row_of_numbers_is_read_as_ever() {
    is(fixture!("raw-f32"), &vec![1.5_f32, -0.0, 1.0e-40, f32::INFINITY]);
}

#[test]
fn a_row_of_arrays_behind_a_page_is_read_as_ever() {
    is(fixture!("raw-u16x3-page"), &vec![[1_u16, 2, 3], [4, 5, 0xffff]]);
}

#[test]
fn a_value_without_bytes_is_read_as_ever() {
    is(fixture!("raw-u8-empty"), &Vec::<u8>::new());
}

#[test]
fn a_serde_value_is_read_as_ever() {
    is(fixture!("postcard"), &mesh());
}

#[test]
fn texts_and_bytes_are_read_as_ever() {
    is(fixture!("text"), &String::from("größer"));
    is(fixture!("bytes"), &bytes::Bytes::from_static(b"\x00\xff"));
}

#[test]
fn a_codec_of_whole_values_is_read_as_ever() {
    is(fixture!("whole"), &Decimal(1234));
}

#[test]
fn damaged_ones_are_refused_as_ever() {
    for (text, kind, said) in [
        (fixture!("damaged-magic"), ErrorKind::Corrupt, "there is no blob"),
        (fixture!("damaged-head"), ErrorKind::Corrupt, "the head of a blob"),
        (fixture!("damaged-payload"), ErrorKind::Corrupt, "the payload of blob"),
        (fixture!("damaged-cut"), ErrorKind::Corrupt, "its place has"),
        (fixture!("damaged-long"), ErrorKind::Corrupt, "its place has"),
        (fixture!("damaged-length"), ErrorKind::Corrupt, "its place has"),
        (fixture!("damaged-reserved"), ErrorKind::Corrupt, "no version 1 has"),
        (fixture!("newer"), ErrorKind::Unsupported, "has version 2"),
    ] {
        let (medium, place) = opened(text);
        let error = read::<Vec<f32>>(&medium, place).unwrap_err();
        assert_eq!(error.kind(), kind, "{text}: {error}");
        assert!(error.to_string().contains(said), "{text}: {error}");
    }
}
