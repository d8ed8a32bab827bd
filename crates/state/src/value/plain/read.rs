//! Reading a value without its type.

use forebay_store::Result;

use super::plain::{Content, Fields, Plain};
use crate::value::bytes::Bytes;
use crate::value::dictionary::Dictionary;
use crate::value::fault::Fault;
use crate::value::layout::{Layout, LayoutKind};
use crate::value::tag;

impl Plain {
    /// Reads a value of which `bytes` is all.
    ///
    /// # Errors
    ///
    /// `Corrupt` if these bytes cannot have been written so.
    pub fn read(bytes: &[u8], dictionary: &Dictionary) -> Result<Self> {
        let mut rest = Bytes::new(bytes, dictionary);
        let read = value(&mut rest).and_then(|value| match rest.left() {
            0 => Ok(value),
            _ => Err(Fault::damaged("there are bytes behind it")),
        });
        read.map_err(|fault| fault.of_damage(bytes.len() - rest.left()))
    }
}

fn value(rest: &mut Bytes<'_, '_>) -> Result<Plain, Fault> {
    let tag = rest.tag()?;
    if let Some(text) = rest.text(tag)? {
        return Ok(Plain::Text(text.to_owned()));
    }
    if let Some(number) = rest.number(tag)? {
        return Ok(Plain::Number(number.into()));
    }
    Ok(match tag {
        tag::NONE => Plain::None,
        tag::FALSE => Plain::Bool(false),
        tag::TRUE => Plain::Bool(true),
        tag::NEGATIVE => Plain::Negative(!i128::from(rest.leb()?)),
        tag::WIDE => Plain::Number(u128::from_le_bytes(rest.fixed()?)),
        tag::WIDE_NEGATIVE => {
            let number = i128::from_le_bytes(rest.fixed()?);
            u128::try_from(number).map_or(Plain::Negative(number), Plain::Number)
        }
        tag::SINGLE => Plain::Single(f32::from_le_bytes(rest.fixed()?)),
        tag::DOUBLE => Plain::Double(f64::from_le_bytes(rest.fixed()?)),
        tag::CHARACTER => Plain::Character(rest.character()?),
        tag::BYTES => Plain::Bytes(rest.bytes()?.to_vec()),
        tag::PACKED => Plain::Packed(rest.bytes()?.to_vec()),
        _ => {
            rest.enter()?;
            let value = inside(rest, tag)?;
            rest.leave();
            value
        }
    })
}

fn inside(rest: &mut Bytes<'_, '_>, tag: u8) -> Result<Plain, Fault> {
    Ok(match tag {
        tag::SOME => match value(rest)? {
            // A writer puts it only where it says something; a reader takes it anywhere.
            inner @ (Plain::None | Plain::Some(_)) => Plain::Some(Box::new(inner)),
            inner => inner,
        },
        tag::LIST => Plain::List(values(rest.count(1)?, rest)?),
        tag::LIST_TO_END => {
            let mut list = Vec::new();
            while !rest.ends()? {
                list.push(value(rest)?);
            }
            Plain::List(list)
        }
        tag::MAP => {
            let count = rest.count(2)?;
            Plain::Map((0..count).map(|_| pair(rest)).collect::<Result<_, _>>()?)
        }
        tag::MAP_TO_END => {
            let mut map = Vec::new();
            while !rest.ends()? {
                map.push(pair(rest)?);
            }
            Plain::Map(map)
        }
        _ => match rest.layout(tag)? {
            Some((_, layout)) => named(rest, layout)?,
            None => return Err(Fault::damaged("a tag means nothing")),
        },
    })
}

fn named(rest: &mut Bytes<'_, '_>, layout: &Layout) -> Result<Plain, Fault> {
    let name = layout.name.to_string();
    let content = match layout.kind {
        LayoutKind::Struct => return Ok(Plain::Struct { name, fields: fields(rest, layout)? }),
        LayoutKind::Unit => Content::Unit,
        LayoutKind::Newtype => Content::Newtype(Box::new(value(rest)?)),
        LayoutKind::Tuple => Content::Tuple(values(layout.arity, rest)?),
        LayoutKind::Fields => Content::Fields(fields(rest, layout)?),
    };
    Ok(Plain::Variant { name, variant: layout.variant.to_string(), content })
}

fn values(count: usize, rest: &mut Bytes<'_, '_>) -> Result<Vec<Plain>, Fault> {
    (0..count).map(|_| value(rest)).collect()
}

fn fields(rest: &mut Bytes<'_, '_>, layout: &Layout) -> Result<Fields, Fault> {
    layout.fields.iter().map(|name| Ok((name.to_string(), value(rest)?))).collect()
}

fn pair(rest: &mut Bytes<'_, '_>) -> Result<(Plain, Plain), Fault> {
    Ok((value(rest)?, value(rest)?))
}
