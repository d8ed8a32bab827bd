//! How deep a value may be.

use forebay_state::value::{Dictionary, Drift, check_value, read_value, write_value};
use forebay_store::ErrorKind;
use serde::{Deserialize, Serialize};

use super::rig::round_trip;
use super::seen::Seen;

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Chain {
    next: Option<Box<Chain>>,
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
enum Nest {
    End,
    Tuple(u8, Box<Nest>),
    Named { inner: Box<Nest> },
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Endless(Option<Box<Endless>>);

fn chain(length: usize) -> Chain {
    (1..length).fold(Chain { next: None }, |next, _| Chain { next: Some(Box::new(next)) })
}

#[test]
fn what_is_written_is_never_too_deep_to_be_read() {
    round_trip(&chain(64));
    let tuples = (0..127).fold(Nest::End, |inner, _| Nest::Tuple(1, Box::new(inner)));
    round_trip(&tuples);
    let named = (0..127).fold(Nest::End, |inner, _| Nest::Named { inner: Box::new(inner) });
    round_trip(&named);
    let endless = (0..63).fold(Endless(None), |inner, _| Endless(Some(Box::new(inner))));
    round_trip(&endless);
}

#[test]
fn what_is_too_deep_is_refused() {
    for value in [chain(65), chain(10_000)] {
        let error = write_value(&value, &mut Dictionary::new(), &mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        dismantle(value);
    }
}

/// A chain drops itself link in link, which is deeper than a test's stack.
fn dismantle(mut chain: Chain) {
    while let Some(next) = chain.next.take() {
        chain = *next;
    }
}

#[test]
fn bytes_that_are_too_deep_are_damage() {
    let dictionary = Dictionary::new();
    for bytes in [vec![0x0C; 100_000], [0x0D, 0x01].repeat(100_000), vec![0x0E; 100_000]] {
        let checked = check_value(&bytes, &dictionary).unwrap_err();
        let read = read_value::<Seen>(&bytes, &dictionary, &mut Drift::new()).unwrap_err();
        assert_eq!((checked.kind(), read.kind()), (ErrorKind::Corrupt, ErrorKind::Corrupt));
    }
}

#[test]
fn a_type_that_is_nothing_but_options_ends() {
    let dictionary = Dictionary::new();
    let one = read_value::<Endless>(&[0x25], &dictionary, &mut Drift::new()).unwrap_err();
    let packed = [0x12, 0x01, 0x05];
    let list = read_value::<Vec<Endless>>(&packed, &dictionary, &mut Drift::new()).unwrap_err();
    assert_eq!((one.kind(), list.kind()), (ErrorKind::Invalid, ErrorKind::Invalid));
}
