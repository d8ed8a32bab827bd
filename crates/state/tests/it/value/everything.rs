//! One type with everything in it, in all its values.
#![expect(clippy::option_option, reason = "an option in an option is what has to come back")]

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::rig::round_trip;

#[derive(Serialize, Deserialize, PartialEq, Debug, Clone)]
pub(crate) enum Everything {
    Unit,
    Number(i128),
    Small(u8, i8),
    Float { single: f32, double: f64 },
    Text(String),
    Letter(char),
    Bytes(Vec<u8>),
    Option(Option<Option<Box<Everything>>>),
    List(Vec<Everything>),
    Map(BTreeMap<i64, Everything>),
    Pair(Box<(Everything, Everything)>),
    Struct(Box<Record>),
    Newtype(Wrapped),
}

#[derive(Serialize, Deserialize, PartialEq, Debug, Clone)]
pub(crate) struct Record {
    pub(crate) flag: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) inner: Vec<Everything>,
    pub(crate) last: Everything,
}

#[derive(Serialize, Deserialize, PartialEq, Debug, Clone)]
pub(crate) struct Wrapped(Option<()>);

pub(crate) fn everything() -> impl Strategy<Value = Everything> {
    let leaf = prop_oneof![
        Just(Everything::Unit),
        any::<i128>().prop_map(Everything::Number),
        any::<i8>().prop_map(|number| Everything::Number(number.into())),
        any::<(u8, i8)>().prop_map(|(a, b)| Everything::Small(a, b)),
        any::<(f32, f64)>().prop_map(|(single, double)| Everything::Float { single, double }),
        ".{0,70}".prop_map(Everything::Text),
        any::<char>().prop_map(Everything::Letter),
        vec(any::<u8>(), 0..70).prop_map(Everything::Bytes),
        option::of(Just(())).prop_map(|unit| Everything::Newtype(Wrapped(unit))),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let record = (any::<bool>(), option::of(".{0,9}"), vec(inner.clone(), 0..3), inner.clone());
        prop_oneof![
            option::of(option::of(boxed)).prop_map(Everything::Option),
            vec(inner.clone(), 0..5).prop_map(Everything::List),
            btree_map(any::<i64>(), inner.clone(), 0..4).prop_map(Everything::Map),
            (inner.clone(), inner).prop_map(|pair| Everything::Pair(Box::new(pair))),
            record.prop_map(|(flag, note, inner, last)| {
                Everything::Struct(Box::new(Record { flag, note, inner, last }))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_of_a_type_with_everything_comes_back(value in everything()) {
        round_trip(&value);
    }
}
