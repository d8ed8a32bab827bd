//! Values as JSON. What JSON has no word for is an object with one name that begins with `$`.

use std::fmt::Write as _;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::plain::{Content, Fields, Plain};

/// As JSON: null, numbers, text, lists; structs and maps from text as objects, variants as serde tags
/// them outside. `{"$bytes": "c0ffee"}`, `{"$map": [[key, value]]}`, `{"$some": null}`,
/// `{"$number": "-170141183460469231731687303715884105728"}` and `{"$float": "7fc00000"}` (the bits of
/// what is no finite number) are for the rest.
///
/// What is read from that has no names of structs and no variants any more; types can still read it.
impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => s.serialize_unit(),
            Self::Bool(is) => s.serialize_bool(*is),
            Self::Number(number) => match u64::try_from(*number) {
                Ok(number) => s.serialize_u64(number),
                Err(_) => special(s, "$number", &number.to_string()),
            },
            Self::Negative(number) => match i64::try_from(*number) {
                Ok(number) => s.serialize_i64(number),
                Err(_) => special(s, "$number", &number.to_string()),
            },
            Self::Single(number) if number.is_finite() => s.serialize_f64((*number).into()),
            Self::Single(number) => special(s, "$float", &hex(&number.to_bits().to_be_bytes())),
            Self::Double(number) if number.is_finite() => s.serialize_f64(*number),
            Self::Double(number) => special(s, "$float", &hex(&number.to_bits().to_be_bytes())),
            Self::Character(one) => s.serialize_char(*one),
            Self::Text(text) => s.serialize_str(text),
            Self::Bytes(bytes) => special(s, "$bytes", &hex(bytes)),
            Self::Packed(bytes) => s.collect_seq(bytes),
            Self::Some(inner) => special(s, "$some", inner),
            Self::List(list) => s.collect_seq(list),
            Self::Map(pairs) => map(s, pairs),
            Self::Struct { fields, .. } => object(s, fields),
            Self::Variant { variant, content: Content::Unit, .. } => s.serialize_str(variant),
            Self::Variant { variant, content, .. } if variant.starts_with('$') => {
                special(s, "$map", &[(variant, content)])
            }
            Self::Variant { variant, content, .. } => special(s, variant, content),
        }
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unit => s.serialize_unit(),
            Self::Newtype(inner) => inner.serialize(s),
            Self::Tuple(list) => s.collect_seq(list),
            Self::Fields(fields) => object(s, fields),
        }
    }
}

/// An object of one pair.
fn special<S: Serializer, T: Serialize + ?Sized>(
    s: S,
    name: &str,
    value: &T,
) -> Result<S::Ok, S::Error> {
    let mut map = s.serialize_map(Some(1))?;
    map.serialize_entry(name, value)?;
    map.end()
}

fn object<S: Serializer>(s: S, fields: &Fields) -> Result<S::Ok, S::Error> {
    let names = fields.iter().map(|(name, _)| name.as_str());
    if is_object(names) {
        s.collect_map(fields.iter().map(|(name, value)| (name, value)))
    } else {
        special(s, "$map", fields)
    }
}

fn map<S: Serializer>(s: S, pairs: &[(Plain, Plain)]) -> Result<S::Ok, S::Error> {
    let names: Option<Vec<_>> = pairs.iter().map(|(key, _)| key.as_text()).collect();
    if names.is_some_and(|names| is_object(names.into_iter())) {
        let mut map = s.serialize_map(Some(pairs.len()))?;
        for (key, value) in pairs {
            map.serialize_entry(key, value)?;
        }
        return map.end();
    }
    special(s, "$map", pairs)
}

/// Whether these may be the names of an object: none is there twice, and it does not look special.
fn is_object<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut names: Vec<_> = names.collect();
    let is_special = names.len() == 1 && names[0].starts_with('$');
    names.sort_unstable();
    !is_special && names.windows(2).all(|pair| pair[0] != pair[1])
}

impl Plain {
    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a text never fails.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
