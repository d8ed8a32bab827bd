//! What a server says, taken apart.

use std::io::{BufRead, Read};

/// A reply, in either version of the protocol.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Simple(String),
    Error(String),
    Int(i64),
    Bulk(Vec<u8>),
    Nil,
    Array(Vec<Value>),
    Map(Vec<(Value, Value)>),
    Set(Vec<Value>),
    Text(String),
}

pub(crate) fn simple(text: &str) -> Value {
    Value::Simple(text.into())
}

pub(crate) fn error(text: &str) -> Value {
    Value::Error(text.into())
}

pub(crate) fn int(value: i64) -> Value {
    Value::Int(value)
}

pub(crate) fn bulk(bytes: impl AsRef<[u8]>) -> Value {
    Value::Bulk(bytes.as_ref().to_vec())
}

pub(crate) fn nil() -> Value {
    Value::Nil
}

pub(crate) fn array(values: impl IntoIterator<Item = Value>) -> Value {
    Value::Array(values.into_iter().collect())
}

impl Value {
    /// The text that this is.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Simple(text) | Self::Error(text) | Self::Text(text) => text.clone(),
            Self::Bulk(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Self::Int(value) => value.to_string(),
            other => panic!("no text: {other:?}"),
        }
    }

    /// The number that this is.
    pub(crate) fn int(&self) -> i64 {
        match self {
            Self::Int(value) => *value,
            other => panic!("no number: {other:?}"),
        }
    }

    /// The list that this is.
    pub(crate) fn list(&self) -> &[Self] {
        match self {
            Self::Array(values) | Self::Set(values) => values,
            other => panic!("no list: {other:?}"),
        }
    }

    /// Reads one; its bytes are appended to `raw`.
    pub(crate) fn read(source: &mut impl BufRead, raw: &mut Vec<u8>) -> std::io::Result<Self> {
        let line = line(source, raw)?;
        let (mark, rest) = line.split_at(1);
        let count = || rest.parse::<i64>().expect("a length");
        Ok(match mark {
            "+" => Self::Simple(rest.into()),
            "-" => Self::Error(rest.into()),
            ":" => Self::Int(count()),
            "_" => Self::Nil,
            "$" | "*" if rest == "-1" => Self::Nil,
            "$" => Self::Bulk(blob(source, raw, count())?),
            "=" => {
                let text = String::from_utf8(blob(source, raw, count())?).expect("text");
                Self::Text(text.strip_prefix("txt:").expect("a kind of text").into())
            }
            "*" => Self::Array(list(source, raw, count())?),
            "~" => Self::Set(list(source, raw, count())?),
            "%" => {
                let flat = list(source, raw, 2 * count())?;
                Self::Map(flat.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect())
            }
            other => panic!("no reply begins with {other:?}: {line:?}"),
        })
    }
}

fn list(source: &mut impl BufRead, raw: &mut Vec<u8>, count: i64) -> std::io::Result<Vec<Value>> {
    (0..count).map(|_| Value::read(source, raw)).collect()
}

fn blob(source: &mut impl BufRead, raw: &mut Vec<u8>, length: i64) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(length).expect("a length") + 2];
    source.read_exact(&mut bytes)?;
    raw.extend_from_slice(&bytes);
    assert_eq!(bytes.split_off(bytes.len() - 2), b"\r\n");
    Ok(bytes)
}

fn line(source: &mut impl BufRead, raw: &mut Vec<u8>) -> std::io::Result<String> {
    let begin = raw.len();
    source.take(1 << 20).read_until(b'\n', raw)?;
    match raw[begin..].strip_suffix(b"\r\n") {
        Some(line) if !line.is_empty() => Ok(String::from_utf8_lossy(line).into_owned()),
        _ => Err(std::io::ErrorKind::UnexpectedEof.into()),
    }
}
