//! What a reader without types sees of a value, and what it should see.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::tree::Tree;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seen {
    Nothing,
    Bool(bool),
    Number(u128),
    Negative(i128),
    Single(u32),
    Double(u64),
    Letter(char),
    Text(String),
    Bytes(Vec<u8>),
    Some(Box<Seen>),
    List(Vec<Seen>),
    Map(Vec<(Seen, Seen)>),
}

impl Seen {
    /// What should be seen of a tree.
    pub(crate) fn of(tree: &Tree) -> Self {
        match tree {
            Tree::None | Tree::Unit => Self::Nothing,
            Tree::Bool(value) => Self::Bool(*value),
            Tree::Byte(value) => Self::Number((*value).into()),
            Tree::Number(value) => Self::Number((*value).into()),
            Tree::Signed(value) => Self::signed((*value).into()),
            Tree::Wide(value) => Self::Number(*value),
            Tree::WideSigned(value) => Self::signed(*value),
            Tree::Single(value) => Self::Single(value.to_bits()),
            Tree::Double(value) => Self::Double(value.to_bits()),
            Tree::Letter(value) => Self::Letter(*value),
            Tree::Text(value) => Self::Text(value.clone()),
            Tree::Bytes(value) => Self::Bytes(value.clone()),
            Tree::Some(value) => match Self::of(value) {
                inner @ (Self::Nothing | Self::Some(_)) => Self::Some(Box::new(inner)),
                inner => inner,
            },
            Tree::Newtype(value) => Self::of(value),
            Tree::List(values, _) | Tree::Tuple(values) => Self::list(values),
            Tree::Map(pairs, _) => {
                Self::Map(pairs.iter().map(|(k, v)| (Self::of(k), Self::of(v))).collect())
            }
            Tree::Struct(_, fields) => Self::fields(fields),
            Tree::UnitVariant(name) => Self::text(name),
            Tree::NewtypeVariant(name, value) => Self::variant(name, Self::of(value)),
            Tree::TupleVariant(name, values) => Self::variant(name, Self::list(values)),
            Tree::StructVariant(name, fields) => Self::variant(name, Self::fields(fields)),
        }
    }

    fn signed(value: i128) -> Self {
        u128::try_from(value).map_or(Self::Negative(value), Self::Number)
    }

    fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    fn list(values: &[Tree]) -> Self {
        Self::List(values.iter().map(Self::of).collect())
    }

    fn fields(fields: &[(&'static str, Tree)]) -> Self {
        Self::Map(fields.iter().map(|(name, value)| (Self::text(name), Self::of(value))).collect())
    }

    fn variant(name: &str, contents: Self) -> Self {
        Self::Map(vec![(Self::text(name), contents)])
    }
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Look)
    }
}

struct Look;

impl<'de> Visitor<'de> for Look {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E>(self) -> Result<Seen, E> {
        Ok(Seen::Nothing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Seen, E> {
        Ok(Seen::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Seen, E> {
        Ok(Seen::Number(value.into()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Seen, E> {
        Ok(Seen::Number(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Seen, E> {
        Ok(Seen::signed(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Seen, E> {
        Ok(Seen::signed(value))
    }

    fn visit_f32<E>(self, value: f32) -> Result<Seen, E> {
        Ok(Seen::Single(value.to_bits()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Seen, E> {
        Ok(Seen::Double(value.to_bits()))
    }

    fn visit_char<E>(self, value: char) -> Result<Seen, E> {
        Ok(Seen::Letter(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Seen, E> {
        Ok(Seen::text(value))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Seen, E> {
        Ok(Seen::Bytes(value.to_vec()))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        Seen::deserialize(deserializer).map(|inner| Seen::Some(Box::new(inner)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Seen, A::Error> {
        let mut all = Vec::new();
        while let Some(value) = list.next_element()? {
            all.push(value);
        }
        Ok(Seen::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen, A::Error> {
        let mut all = Vec::new();
        while let Some(pair) = map.next_entry()? {
            all.push(pair);
        }
        Ok(Seen::Map(all))
    }
}
