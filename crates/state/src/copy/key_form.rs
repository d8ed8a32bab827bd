//! The bytes of a key as a value, by its shape alone.

use std::net::{Ipv4Addr, Ipv6Addr};

use forebay_store::{Error, Result};

use crate::key::{Key, KeyBytes, KeyReader, Place};
use crate::value::Plain;

/// What a key is made of, as its shape says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyForm {
    /// A shape that this program does not know: the bytes of the key are all that can be said.
    Unknown,
    Known(Form),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Big-endian, of so many bytes.
    Number(usize),
    /// The same with its sign bit flipped.
    Signed(usize),
    Bool,
    Char,
    Text,
    Bytes,
    Octets(usize),
    Ipv4,
    Ipv6,
    /// 4 or 6, and what that says.
    Either(Box<(Form, Form)>),
    Option(Box<Form>),
    Reverse(Box<Form>),
    Tuple(Vec<Form>),
    Choice(Vec<Form>),
}

impl KeyForm {
    /// What a shape says, as it stands in a catalog.
    pub(crate) fn parse(shape: &str) -> Self {
        let mut rest = shape;
        form(&mut rest).filter(|_| rest.is_empty()).map_or(Self::Unknown, Self::Known)
    }

    /// The key whose bytes these are.
    pub(crate) fn read(&self, bytes: &[u8]) -> Result<Plain> {
        let Self::Known(form) = self else { return Ok(Plain::Bytes(bytes.to_vec())) };
        let mut reader = KeyReader::new(bytes);
        let key = form.read(&mut reader, Place::Last)?;
        if reader.left() > 0 { Err(Error::corrupt("bytes after a key")) } else { Ok(key) }
    }

    /// The bytes of a key.
    pub(crate) fn write(&self, key: &Plain) -> Result<Vec<u8>> {
        let mut bytes = KeyBytes::new();
        match (self, key) {
            (Self::Unknown, Plain::Bytes(bytes)) => return Ok(bytes.clone()),
            (Self::Unknown, _) => return Err(unfit()),
            (Self::Known(form), key) => form.write(key, Place::Last, &mut bytes)?,
        }
        Ok(bytes.as_bytes().to_vec())
    }
}

/// Takes a form from the front of a shape.
fn form(rest: &mut &str) -> Option<Form> {
    if take(rest, "(") {
        return list(rest, ",", ")").map(Form::Tuple);
    }
    if take(rest, "{") {
        return list(rest, "|", "}").map(Form::Choice);
    }
    if take(rest, "[") {
        let of = form(rest)?;
        let (count, tail) = rest.strip_prefix(';')?.split_once(']')?;
        *rest = tail;
        let count: usize = count.parse().ok()?;
        return Some(match of {
            Form::Number(1) => Form::Octets(count),
            // So many that writing them down makes sense.
            of if count <= 64 => Form::Tuple(vec![of; count]),
            _ => return None,
        });
    }
    let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let (name, tail) = rest.split_at(end);
    *rest = tail;
    if take(rest, "(") {
        let of = form(rest)?;
        let wrapped = match name {
            "option" => Form::Option(Box::new(of)),
            "reverse" => Form::Reverse(Box::new(of)),
            "nonzero" => of,
            _ => return None,
        };
        return take(rest, ")").then_some(wrapped);
    }
    named(name)
}

fn named(name: &str) -> Option<Form> {
    let time = |seconds| Form::Tuple(vec![seconds, Form::Number(4)]);
    let socket_v4 = || Form::Tuple(vec![Form::Ipv4, Form::Number(2)]);
    let socket_v6 =
        || Form::Tuple(vec![Form::Ipv6, Form::Number(2), Form::Number(4), Form::Number(4)]);
    Some(match name {
        "u8" => Form::Number(1),
        "u16" => Form::Number(2),
        "u32" => Form::Number(4),
        "u64" | "walltime" => Form::Number(8),
        "u128" => Form::Number(16),
        "i8" => Form::Signed(1),
        "i16" => Form::Signed(2),
        "i32" => Form::Signed(4),
        "i64" => Form::Signed(8),
        "i128" => Form::Signed(16),
        "bool" => Form::Bool,
        "char" => Form::Char,
        "text" => Form::Text,
        "bytes" => Form::Bytes,
        "uuid" => Form::Octets(16),
        "ipv4" => Form::Ipv4,
        "ipv6" => Form::Ipv6,
        "ip" => Form::Either(Box::new((Form::Ipv4, Form::Ipv6))),
        "socketv4" => socket_v4(),
        "socketv6" => socket_v6(),
        "socket" => Form::Either(Box::new((socket_v4(), socket_v6()))),
        "duration" => time(Form::Number(8)),
        "time" | "timestamp" => time(Form::Signed(8)),
        "date" => Form::Tuple(vec![Form::Signed(2), Form::Number(1), Form::Number(1)]),
        _ => return None,
    })
}

fn list(rest: &mut &str, between: &str, end: &str) -> Option<Vec<Form>> {
    let mut forms = Vec::new();
    while !take(rest, end) {
        if !forms.is_empty() && !take(rest, between) {
            return None;
        }
        forms.push(form(rest)?);
    }
    Some(forms)
}

fn take(rest: &mut &str, what: &str) -> bool {
    let tail = rest.strip_prefix(what);
    *rest = tail.unwrap_or(rest);
    tail.is_some()
}

impl Form {
    fn read(&self, bytes: &mut KeyReader<'_>, place: Place) -> Result<Plain> {
        Ok(match self {
            Self::Number(width) => Plain::Number(number(bytes, *width)?),
            Self::Signed(width) => {
                let bits = 8 * u32::try_from(*width).unwrap_or(16);
                let flipped = number(bytes, *width)? ^ (1 << (bits - 1));
                // The sign is in the top bit of so many: shifting it up and down spreads it.
                let value = (flipped << (128 - bits)).cast_signed() >> (128 - bits);
                u128::try_from(value).map_or(Plain::Negative(value), Plain::Number)
            }
            Self::Bool => Plain::Bool(bool::decode(bytes, place)?),
            Self::Char => Plain::Character(char::decode(bytes, place)?),
            Self::Text => Plain::Text(String::decode(bytes, place)?),
            Self::Bytes => Plain::Bytes(bytes.string(place)?),
            Self::Octets(count) => {
                let octets = (0..*count).map(|_| bytes.byte());
                Plain::Bytes(octets.collect::<Result<_>>()?)
            }
            Self::Ipv4 => Plain::Text(Ipv4Addr::decode(bytes, place)?.to_string()),
            Self::Ipv6 => Plain::Text(Ipv6Addr::decode(bytes, place)?.to_string()),
            Self::Either(forms) => match bytes.byte()? {
                4 => forms.0.read(bytes, place)?,
                6 => forms.1.read(bytes, place)?,
                _ => return Err(Error::corrupt("neither 4 nor 6 in a key")),
            },
            Self::Option(of) => match bytes.byte()? {
                0 => Plain::None,
                1 => match of.read(bytes, place)? {
                    inner @ (Plain::None | Plain::Some(_)) => Plain::Some(Box::new(inner)),
                    inner => inner,
                },
                _ => return Err(Error::corrupt("no option in a key")),
            },
            Self::Reverse(of) => bytes.inverted(|bytes| of.read(bytes, Place::Inner))?,
            Self::Tuple(forms) => Plain::List(read_each(forms, bytes, place)?),
            Self::Choice(variants) => {
                let variant = bytes.byte()?;
                let form = variants.get(usize::from(variant));
                let form = form.ok_or_else(|| Error::corrupt("no such variant in a key"))?;
                Plain::List(vec![Plain::Number(variant.into()), form.read(bytes, place)?])
            }
        })
    }

    fn write(&self, key: &Plain, place: Place, out: &mut KeyBytes) -> Result<()> {
        match (self, key) {
            (Self::Number(width), Plain::Number(number)) => put(*number, *width, out)?,
            (Self::Signed(width), Plain::Number(_) | Plain::Negative(_)) => {
                let value = match key {
                    Plain::Negative(value) => *value,
                    Plain::Number(value) => i128::try_from(*value).map_err(|_| unfit())?,
                    _ => return Err(unfit()),
                };
                let bits = 8 * u32::try_from(*width).unwrap_or(16);
                if value << (128 - bits) >> (128 - bits) != value {
                    return Err(unfit());
                }
                let mask = u128::MAX >> (128 - bits);
                put((value.cast_unsigned() & mask) ^ (1 << (bits - 1)), *width, out)?;
            }
            (Self::Bool, Plain::Bool(is)) => is.encode(place, out),
            (Self::Char, Plain::Character(one)) => one.encode(place, out),
            (Self::Char, Plain::Text(text)) => {
                let one: char = text.parse().map_err(|_| unfit())?;
                one.encode(place, out);
            }
            (Self::Text, Plain::Text(text)) => out.string(text.as_bytes(), place),
            (Self::Bytes, Plain::Bytes(bytes)) => out.string(bytes, place),
            (Self::Octets(count), Plain::Bytes(bytes)) if bytes.len() == *count => {
                out.extend(bytes);
            }
            (Self::Ipv4, Plain::Text(text)) => {
                text.parse::<Ipv4Addr>().map_err(|_| unfit())?.encode(place, out);
            }
            (Self::Ipv6, Plain::Text(text)) => {
                text.parse::<Ipv6Addr>().map_err(|_| unfit())?.encode(place, out);
            }
            (Self::Either(forms), key) => {
                // What the first does not take is the second's.
                let mut first = KeyBytes::new();
                if forms.0.write(key, place, &mut first).is_ok() {
                    out.push(4);
                    out.extend(first.as_bytes());
                } else {
                    out.push(6);
                    forms.1.write(key, place, out)?;
                }
            }
            (Self::Option(_), Plain::None) => out.push(0),
            (Self::Option(of), key) => {
                out.push(1);
                let inner = if let Plain::Some(inner) = key { inner } else { key };
                of.write(inner, place, out)?;
            }
            (Self::Reverse(of), key) => {
                let mut written = Ok(());
                out.inverted(|out| written = of.write(key, Place::Inner, out));
                written?;
            }
            (Self::Tuple(forms), Plain::List(keys)) if keys.len() == forms.len() => {
                for (at, (form, key)) in forms.iter().zip(keys).enumerate() {
                    form.write(key, place.component(at, forms.len()), out)?;
                }
            }
            (Self::Choice(variants), Plain::List(keys)) => {
                let [Plain::Number(variant), key] = keys.as_slice() else { return Err(unfit()) };
                let variant = u8::try_from(*variant).map_err(|_| unfit())?;
                let form = variants.get(usize::from(variant)).ok_or_else(unfit)?;
                out.push(variant);
                form.write(key, place, out)?;
            }
            _ => return Err(unfit()),
        }
        Ok(())
    }
}

fn read_each(forms: &[Form], bytes: &mut KeyReader<'_>, place: Place) -> Result<Vec<Plain>> {
    let all = forms.iter().enumerate();
    all.map(|(at, form)| form.read(bytes, place.component(at, forms.len()))).collect()
}

/// A big-endian number of so many bytes, at most 16.
fn number(bytes: &mut KeyReader<'_>, width: usize) -> Result<u128> {
    (0..width).try_fold(0, |number: u128, _| Ok((number << 8) | u128::from(bytes.byte()?)))
}

fn put(number: u128, width: usize, out: &mut KeyBytes) -> Result<()> {
    let bytes = number.to_be_bytes();
    let (above, own) = bytes.split_at(bytes.len() - width.min(bytes.len()));
    if above.iter().any(|byte| *byte != 0) {
        return Err(unfit());
    }
    out.extend(own);
    Ok(())
}

#[cold]
fn unfit() -> Error {
    Error::invalid("the key does not fit the shape of its table's keys")
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;
    use std::net::{IpAddr, SocketAddr};
    use std::num::NonZero;
    use std::time::{Duration, SystemTime};

    use super::*;

    /// Through a value and through JSON it is the same key.
    fn comes_back<K: Key>(key: &K, json: &str) {
        let form = KeyForm::parse(&K::SHAPE.to_string());
        assert!(matches!(form, KeyForm::Known(_)), "{}", K::SHAPE);
        let bytes = key.with_encoded(<[u8]>::to_vec);
        let plain = form.read(&bytes).expect("it is a key");
        let text = serde_json::to_string(&plain).expect("it is a value");
        assert_eq!(text, json);
        let again: Plain = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(form.write(&again).expect("it fits"), bytes, "{text}");
        for end in 0..bytes.len() {
            // Whatever that is, it is no panic.
            let _: Result<_> = form.read(&bytes[..end]);
        }
    }

    #[test]
    fn every_kind_of_key_is_read_and_written_by_its_shape() {
        comes_back(&7_u8, "7");
        comes_back(&u64::MAX, "18446744073709551615");
        comes_back(&u128::MAX, r#"{"$number":"340282366920938463463374607431768211455"}"#);
        comes_back(&-7_i8, "-7");
        comes_back(&i16::MIN, "-32768");
        comes_back(&i64::MAX, "9223372036854775807");
        comes_back(&i128::MIN, r#"{"$number":"-170141183460469231731687303715884105728"}"#);
        comes_back(&NonZero::new(5_u32).expect("it is 5"), "5");
        comes_back(&true, "true");
        comes_back(&'\u{e9}', "\"\u{e9}\"");
        comes_back(&String::from("a\0b"), r#""a\u0000b""#);
        comes_back(&vec![0_u8, 255], r#"{"$bytes":"00ff"}"#);
        comes_back(&[1_u8, 2, 3], r#"{"$bytes":"010203"}"#);
        comes_back(&[1_u16, 2], "[1,2]");
        comes_back(&Ipv4Addr::LOCALHOST, r#""127.0.0.1""#);
        comes_back(&IpAddr::from(Ipv6Addr::LOCALHOST), r#""::1""#);
        comes_back(&SocketAddr::from(([1, 2, 3, 4], 5)), r#"["1.2.3.4",5]"#);
        comes_back(&SocketAddr::from(([0_u16; 8], 5)), r#"["::",5,0,0]"#);
        comes_back(&Duration::new(1, 2), "[1,2]");
        comes_back(&(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), "[-1,0]");
        comes_back(&None::<u8>, "null");
        comes_back(&Some(9_u8), "9");
        comes_back(&Some(None::<u8>), r#"{"$some":null}"#);
        comes_back(&Reverse(String::from("r")), r#""r""#);
        comes_back(&(String::from("a\0"), 1_u8, vec![2_u8]), r#"["a\u0000",1,{"$bytes":"02"}]"#);
        comes_back(&((1_u8, -1_i8), Some(Reverse(2_u8))), "[[1,-1],2]");
    }

    #[test]
    fn a_variant_is_told_by_its_number() {
        let form = KeyForm::parse("{u8|()|(u8,text)}");
        for (bytes, json) in
            [(&[0, 7][..], "[0,7]"), (&[1], "[1,[]]"), (&[2, 7, b'a'], r#"[2,[7,"a"]]"#)]
        {
            let plain = form.read(bytes).expect("it is a key");
            assert_eq!(serde_json::to_string(&plain).expect("it is a value"), json);
            assert_eq!(form.write(&plain).expect("it fits"), bytes);
        }
        assert!(form.read(&[3]).is_err());
    }

    #[test]
    fn a_shape_of_later_days_leaves_the_bytes() {
        for shape in ["quaternion", "(u8,quaternion)", "heap(u8)", "(u8", "[u8;x]", "", "u8)"] {
            let form = KeyForm::parse(shape);
            assert_eq!(form, KeyForm::Unknown, "{shape}");
            let plain = form.read(&[1, 2]).expect("any bytes are");
            assert_eq!(form.write(&plain).expect("they are bytes"), [1, 2]);
            assert!(form.write(&Plain::None).is_err());
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let text = |text: &str| Plain::Text(text.to_owned());
        for (shape, key) in [
            ("u8", Plain::Number(256)),
            ("i8", Plain::Number(128)),
            ("i8", Plain::Negative(-129)),
            ("u8", Plain::Negative(-1)),
            ("char", text("ab")),
            ("ipv4", text("::1")),
            ("text", Plain::Number(1)),
            ("[u8;2]", Plain::Bytes(vec![1])),
            ("(u8,u8)", Plain::List(vec![Plain::Number(1)])),
            ("{u8}", Plain::List(vec![Plain::Number(1), Plain::Number(1)])),
        ] {
            assert!(KeyForm::parse(shape).write(&key).is_err(), "{shape} {key:?}");
        }
    }
}
