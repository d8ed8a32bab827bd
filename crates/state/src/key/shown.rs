//! Keys in messages, without asking of them that they can be printed.

use std::fmt::Write;

use forebay_store::{Error, Result};

use super::{Key, KeyBytes, KeyReader, Place, Shape};

/// The most letters of one key.
const LETTERS_MAX: usize = 100;

/// `key` for a message: as it would be written in a program, or its bytes if it is made of something
/// else than text, numbers and the like.
pub(crate) fn shown<K: Key>(key: &K) -> String {
    let mut bytes = KeyBytes::new();
    key.encode(Place::Last, &mut bytes);
    let mut text = String::new();
    let mut reader = KeyReader::new(bytes.as_bytes());
    if write(&K::SHAPE, Place::Last, &mut reader, &mut text).is_err() {
        text = hexadecimal(bytes.as_bytes());
    }
    match text.char_indices().nth(LETTERS_MAX) {
        None => text,
        Some((end, _)) => format!("{}..", &text[..end]),
    }
}

fn write(shape: &Shape, place: Place, bytes: &mut KeyReader<'_>, text: &mut String) -> Result<()> {
    match shape {
        Shape::Named { name } => text.push_str(&named(name, place, bytes)?),
        Shape::Of { name: "nonzero", of } => write(of, place, bytes, text)?,
        Shape::Of { name: "option", .. } if bytes.byte()? == 0 => text.push_str("None"),
        Shape::Of { name: "option", of } => {
            text.push_str("Some(");
            write(of, place, bytes, text)?;
            text.push(')');
        }
        Shape::Tuple { parts } => {
            text.push('(');
            for (at, part) in parts.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                write(part, place.component(at, parts.len()), bytes, text)?;
            }
            text.push(')');
        }
        Shape::Of { .. } | Shape::Array { .. } | Shape::Choice { .. } => return Err(other()),
    }
    Ok(())
}

fn named(name: &str, place: Place, bytes: &mut KeyReader<'_>) -> Result<String> {
    macro_rules! read {
        ($($type:ident)*) => {
            match name {
                $(stringify!($type) => Ok($type::decode(bytes, place)?.to_string()),)*
                "char" => Ok(format!("{:?}", char::decode(bytes, place)?)),
                "text" => Ok(format!("{:?}", String::decode(bytes, place)?)),
                "bytes" => Ok(hexadecimal(&bytes.string(place)?)),
                _ => Err(other()),
            }
        };
    }
    read!(bool u8 u16 u32 u64 u128 i8 i16 i32 i64 i128)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().take(LETTERS_MAX).fold("0x".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cold]
fn other() -> Error {
    Error::unsupported("this kind of key has no form for messages")
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use super::*;

    #[test]
    fn keys_are_shown_as_programs_write_them() {
        assert_eq!(shown(&"a \"b\"".to_owned()), r#""a \"b\"""#);
        assert_eq!(shown(&(7_u32, -3_i64, true)), "(7, -3, true)");
        assert_eq!(
            shown(&("a\0b".to_owned(), Some('x'), None::<u8>)),
            r#"("a\0b", Some('x'), None)"#
        );
        assert_eq!(shown(&vec![1_u8, 255]), "0x01ff");
    }

    #[test]
    fn other_keys_are_shown_as_their_bytes() {
        assert_eq!(shown(&Reverse(1_u16)), "0xfffe");
        assert_eq!(shown(&(1_u8, [2_u8; 2])), "0x010202");
    }

    #[test]
    fn a_long_key_is_cut() {
        let long = "ö".repeat(500);
        assert_eq!(shown(&long).chars().count(), LETTERS_MAX + 2);
    }
}
