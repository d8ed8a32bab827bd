//! Every type comes back as it was.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::time::Duration;

use forebay_state::value::{Drift, read_value};
use serde::{Deserialize, Serialize};

use super::rig::round_trip;

#[test]
fn every_width_of_number_comes_back() {
    for bit in 0..64 {
        round_trip(&(1_u64 << bit));
        round_trip(&((1_u64 << bit) - 1));
        round_trip(&(i64::MIN >> bit));
        round_trip(&(i64::MAX >> bit));
    }
    for bit in 0..128 {
        round_trip(&(u128::MAX >> bit));
        round_trip(&(i128::MAX >> bit));
        round_trip(&(i128::MIN >> bit));
        round_trip(&((i128::MIN >> bit) + 1));
    }
    round_trip(&(u8::MAX, i8::MIN, u16::MAX, i16::MIN, u32::MAX, i32::MIN, i32::MAX));
}

#[test]
fn floats_keep_their_bits() {
    round_trip(&(f32::MIN_POSITIVE, f32::INFINITY, -0.0_f32, f64::MAX, f64::NEG_INFINITY));
    let (bytes, dictionary) = super::rig::written(&f64::NAN);
    let read: f64 = read_value(&bytes, &dictionary, &mut Drift::new()).unwrap();
    assert_eq!(read.to_bits(), f64::NAN.to_bits());
}

#[test]
fn text_of_every_length_comes_back() {
    for length in [0, 1, 62, 63, 64, 127, 128, 20_000] {
        round_trip(&"é".repeat(length));
        round_trip(&"e".repeat(length));
        round_trip(&vec![200_u8; length]);
        round_trip(&vec![200_u16; length]);
        round_trip(&vec![(); length]);
    }
    for character in ['\0', 'a', 'ß', '€', char::MAX] {
        round_trip(&character);
    }
}

#[test]
fn options_in_options_are_told_apart() {
    type Thrice = Option<Option<Option<u8>>>;
    let all: [Thrice; 4] = [None, Some(None), Some(Some(None)), Some(Some(Some(0)))];
    all.iter().for_each(round_trip);
    let units: [Option<Option<()>>; 3] = [None, Some(None), Some(Some(()))];
    units.iter().for_each(round_trip);
    round_trip(&vec![Some(vec![None, Some(Some(true))]), None]);
    round_trip(&Some(Marker(Some(Marker(None::<u8>)))));
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Marker<T>(T);

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Nothing;

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Empty {}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Pair(u8, String);

#[test]
fn structs_of_all_forms_come_back() {
    round_trip(&(Nothing, Empty {}, Pair(7, "seven".into()), Marker(Marker(1_u32))));
    round_trip(&vec![Some(Nothing), None]);
    round_trip(&((), [1_u8, 2, 3], [Some(1_u8), None], (1_u8, 2_u16, -3_i8)));
    round_trip(&[[9_u8; 4]; 4]);
}

#[test]
fn maps_have_keys_of_any_type() {
    round_trip(&BTreeMap::from([((1_u8, "a".to_owned()), 1), ((2, "b".to_owned()), 2)]));
    round_trip(&BTreeMap::from([(Some(1_i128), 1), (None, 2)]));
    round_trip(&HashMap::from([(true, vec![1.5_f32]), (false, vec![])]));
    round_trip(&BTreeMap::<String, u8>::new());
}

#[test]
fn types_of_the_standard_library_come_back() {
    round_trip(&(Duration::new(1, 2), 1..5_u8, Ok::<u8, String>(1)));
    round_trip(&["::1".parse::<IpAddr>().unwrap(), "10.0.0.1".parse().unwrap()]);
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Flat {
    id: u32,
    #[serde(flatten)]
    inner: Inner,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Inner {
    wide: i64,
    list: Vec<u8>,
    deep: Option<Box<Inner>>,
}

#[test]
fn flattened_fields_come_back() {
    let deep = Inner { wide: i64::MIN, list: vec![1, 2], deep: None };
    let inner = Inner { wide: -1, list: vec![], deep: Some(Box::new(deep)) };
    let rest = BTreeMap::from([("colour".to_owned(), "blue".to_owned())]);
    round_trip(&Flat { id: 1, inner, rest });
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Skipping {
    kept: u8,
    #[serde(skip)]
    never: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    second: Option<String>,
    #[serde(rename = "kind")]
    sort: String,
}

#[test]
fn skipped_fields_make_a_layout_each_and_come_back() {
    let one = |first, second: Option<&str>| Skipping {
        kept: 1,
        never: 0,
        first,
        second: second.map(str::to_owned),
        sort: "x".into(),
    };
    let all = vec![
        one(None, None),
        one(Some(1), None),
        one(None, Some("b")),
        one(Some(2), Some("c")),
        one(None, Some("d")),
        one(Some(3), None),
        one(None, None),
    ];
    round_trip(&all);
    assert_eq!(super::rig::written(&all).1.len(), 4);
}
