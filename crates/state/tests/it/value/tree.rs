//! Any value that serde can tell of, with no type behind it.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleVariant,
};
use serde::{Serialize, Serializer};

#[derive(Clone, Debug)]
pub(crate) enum Tree {
    None,
    Unit,
    Bool(bool),
    Byte(u8),
    Number(u64),
    Signed(i64),
    Wide(u128),
    WideSigned(i128),
    Single(f32),
    Double(f64),
    Letter(char),
    Text(String),
    Bytes(Vec<u8>),
    Some(Box<Tree>),
    Newtype(Box<Tree>),
    /// With its length told before, or not.
    List(Vec<Tree>, bool),
    Tuple(Vec<Tree>),
    Map(Vec<(Tree, Tree)>, bool),
    Struct(&'static str, Vec<(&'static str, Tree)>),
    UnitVariant(&'static str),
    NewtypeVariant(&'static str, Box<Tree>),
    TupleVariant(&'static str, Vec<Tree>),
    StructVariant(&'static str, Vec<(&'static str, Tree)>),
}

const NAMES: [&str; 4] = ["A", "B", "Bee", "Same"];
const FIELDS: [&str; 8] = ["a", "b", "bee", "c", "d", "e", "f", "same"];

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => s.serialize_none(),
            Self::Unit => s.serialize_unit(),
            Self::Bool(value) => s.serialize_bool(*value),
            Self::Byte(value) => s.serialize_u8(*value),
            Self::Number(value) => s.serialize_u64(*value),
            Self::Signed(value) => s.serialize_i64(*value),
            Self::Wide(value) => s.serialize_u128(*value),
            Self::WideSigned(value) => s.serialize_i128(*value),
            Self::Single(value) => s.serialize_f32(*value),
            Self::Double(value) => s.serialize_f64(*value),
            Self::Letter(value) => s.serialize_char(*value),
            Self::Text(value) => s.serialize_str(value),
            Self::Bytes(value) => s.serialize_bytes(value),
            Self::Some(value) => s.serialize_some(value),
            Self::Newtype(value) => s.serialize_newtype_struct("Newtype", value),
            Self::List(values, is_told) => {
                let mut list = s.serialize_seq(is_told.then_some(values.len()))?;
                values.iter().try_for_each(|value| list.serialize_element(value))?;
                list.end()
            }
            Self::Tuple(values) => {
                let mut list = s.serialize_tuple(values.len())?;
                values.iter().try_for_each(|value| list.serialize_element(value))?;
                list.end()
            }
            Self::Map(pairs, is_told) => {
                let mut map = s.serialize_map(is_told.then_some(pairs.len()))?;
                pairs.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
            Self::Struct(name, fields) => {
                let mut all = s.serialize_struct(name, fields.len())?;
                fields.iter().try_for_each(|(name, value)| all.serialize_field(name, value))?;
                all.end()
            }
            Self::UnitVariant(name) => s.serialize_unit_variant("Enum", 0, name),
            Self::NewtypeVariant(name, value) => {
                s.serialize_newtype_variant("Enum", 0, name, value)
            }
            Self::TupleVariant(name, values) => {
                let mut list = s.serialize_tuple_variant("Enum", 0, name, values.len())?;
                values.iter().try_for_each(|value| list.serialize_field(value))?;
                list.end()
            }
            Self::StructVariant(name, fields) => {
                let mut all = s.serialize_struct_variant("Enum", 0, name, fields.len())?;
                fields.iter().try_for_each(|(name, value)| all.serialize_field(name, value))?;
                all.end()
            }
        }
    }
}

fn leaf() -> impl Strategy<Value = Tree> {
    prop_oneof![
        Just(Tree::None),
        Just(Tree::Unit),
        any::<bool>().prop_map(Tree::Bool),
        any::<u8>().prop_map(Tree::Byte),
        any::<u64>().prop_map(Tree::Number),
        any::<i64>().prop_map(Tree::Signed),
        any::<u128>().prop_map(Tree::Wide),
        any::<i128>().prop_map(Tree::WideSigned),
        any::<f32>().prop_map(Tree::Single),
        any::<f64>().prop_map(Tree::Double),
        any::<char>().prop_map(Tree::Letter),
        ".{0,70}".prop_map(Tree::Text),
        vec(any::<u8>(), 0..70).prop_map(Tree::Bytes),
        vec(any::<u8>().prop_map(Tree::Byte), 0..70).prop_map(Tree::Tuple),
        select(&NAMES[..]).prop_map(Tree::UnitVariant),
    ]
}

/// Some of the names in any order, so that one struct has many layouts.
fn fields(value: impl Strategy<Value = Tree>) -> impl Strategy<Value = Vec<(&'static str, Tree)>> {
    let names = subsequence(FIELDS.to_vec(), 0..5).prop_shuffle();
    (names, vec(value, 5)).prop_map(|(names, values)| names.into_iter().zip(values).collect())
}

pub(crate) fn tree() -> impl Strategy<Value = Tree> {
    leaf().prop_recursive(5, 60, 6, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let list = vec(inner.clone(), 0..6);
        let pairs = vec((inner.clone(), inner.clone()), 0..4);
        let name = select(&NAMES[..]);
        prop_oneof![
            boxed.clone().prop_map(Tree::Some),
            boxed.clone().prop_map(Tree::Newtype),
            (list.clone(), any::<bool>()).prop_map(|(list, told)| Tree::List(list, told)),
            list.clone().prop_map(Tree::Tuple),
            (pairs, any::<bool>()).prop_map(|(pairs, told)| Tree::Map(pairs, told)),
            (name.clone(), fields(inner.clone())).prop_map(|(name, all)| Tree::Struct(name, all)),
            (name.clone(), boxed).prop_map(|(name, one)| Tree::NewtypeVariant(name, one)),
            (name.clone(), list).prop_map(|(name, all)| Tree::TupleVariant(name, all)),
            (name, fields(inner)).prop_map(|(name, all)| Tree::StructVariant(name, all)),
        ]
    })
}
