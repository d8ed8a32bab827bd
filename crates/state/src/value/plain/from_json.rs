//! Values from JSON, or from anything else that says what it is.

use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::plain::Plain;

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor)
    }
}

struct PlainVisitor;

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Plain, E> {
        Ok(Plain::None)
    }

    fn visit_none<E: Error>(self) -> Result<Plain, E> {
        Ok(Plain::None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Plain, D::Error> {
        Plain::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Plain, E> {
        Ok(Plain::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Plain, E> {
        Ok(Plain::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Plain, E> {
        Ok(whole(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Plain, E> {
        Ok(Plain::Double(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Plain, E> {
        Ok(Plain::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Plain, E> {
        Ok(Plain::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Plain, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Plain::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Plain, A::Error> {
        let mut pairs = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Plain>()? {
            pairs.push((name, value));
        }
        if pairs.len() == 1 && pairs[0].0.starts_with('$') {
            let (name, value) = pairs.remove(0);
            return special(&name, value).ok_or_else(|| {
                A::Error::custom(format!("`{name}` with something else than belongs to it"))
            });
        }
        Ok(Plain::Map(pairs.into_iter().map(|(name, value)| (Plain::Text(name), value)).collect()))
    }
}

fn whole(number: i128) -> Plain {
    u128::try_from(number).map_or(Plain::Negative(number), Plain::Number)
}

/// What an object with one name that begins with `$` stands for.
fn special(name: &str, value: Plain) -> Option<Plain> {
    match (name, value) {
        ("$bytes", Plain::Text(hex)) => bytes(&hex).map(Plain::Bytes),
        ("$some", inner) => Some(Plain::Some(Box::new(inner))),
        ("$number", Plain::Text(text)) => match text.parse() {
            Ok(number) => Some(Plain::Number(number)),
            Err(_) => text.parse().ok().map(whole),
        },
        ("$float", Plain::Text(hex)) => match bytes(&hex)?.as_slice() {
            bits @ [_, _, _, _] => {
                bits.try_into().ok().map(|bits| Plain::Single(f32::from_be_bytes(bits)))
            }
            bits => bits.try_into().ok().map(|bits| Plain::Double(f64::from_be_bytes(bits))),
        },
        ("$map", Plain::List(pairs)) => {
            let pairs = pairs.into_iter().map(|pair| match pair {
                Plain::List(pair) => <[Plain; 2]>::try_from(pair).ok().map(Into::into),
                _ => None,
            });
            pairs.collect::<Option<_>>().map(Plain::Map)
        }
        _ => None,
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = hex.as_bytes().chunks(2);
    let byte = |pair: &[u8]| match *pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    pairs.map(byte).collect()
}
