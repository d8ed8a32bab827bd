//! Reads values.

use forebay_store::{Error, Result};
use serde::Deserializer;
use serde::de::Visitor;

use super::super::aligned::try_zeroed_vec;
use super::super::blob_codec::Source;
use super::elements::{Counted, Fields};
use super::failure::Failure;
use super::variant::Variant;

/// Reads values. It never reads ahead, and asks for memory only for bytes that are there.
pub(super) struct Reader<'a> {
    from: &'a mut dyn Source,
    /// Bytes that were not read yet.
    left: u64,
    /// Values around this one.
    depth: u32,
    /// Elements that have no bytes at all, of which so many may still come.
    nothings: u32,
}

impl<'a> Reader<'a> {
    /// Each level takes some of the stack, and damaged bytes of a recursive type may have any number.
    const DEPTH: u32 = 128;
    /// Elements without bytes may still take memory each, and nothing stands against a length that lies
    /// about them.
    const NOTHINGS: u32 = 1 << 10;

    pub(super) fn new(from: &'a mut dyn Source) -> Self {
        let left = from.length();
        Self { from, left, depth: 0, nothings: Self::NOTHINGS }
    }

    /// There is nothing behind the value.
    pub(super) fn finish(self) -> Result<()> {
        match self.left {
            0 => Ok(()),
            left => Err(Failure::corrupt(format!("{left} bytes are behind it")).0),
        }
    }

    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// An element had no bytes.
    pub(super) fn nothing(&mut self) -> Result<(), Failure> {
        let many = || Failure::corrupt("too many elements that are nothing");
        self.nothings = self.nothings.checked_sub(1).ok_or_else(many)?;
        Ok(())
    }

    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], Failure> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, into: &mut [u8]) -> Result<(), Failure> {
        let short = || Failure::corrupt("it ends early");
        self.left = self.left.checked_sub(into.len() as u64).ok_or_else(short)?;
        self.from.fill(into).map_err(Failure)
    }

    fn length(&mut self) -> Result<u64, Failure> {
        self.take().map(u64::from_le_bytes)
    }

    fn bytes(&mut self) -> Result<Vec<u8>, Failure> {
        let (length, left) = (self.length()?, self.left);
        if length > left {
            return Err(Failure::corrupt(format!(
                "{length} bytes are to come, and {left} are there"
            )));
        }
        let no_address =
            |_| Failure(Error::refused("a value is longer than this machine can have"));
        let mut bytes =
            try_zeroed_vec(usize::try_from(length).map_err(no_address)?).map_err(Failure)?;
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn text(&mut self) -> Result<String, Failure> {
        String::from_utf8(self.bytes()?).map_err(|_| Failure::corrupt("a text is not UTF-8"))
    }

    fn char(&mut self) -> Result<char, Failure> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes[..1])?;
        let length = match bytes[0] {
            0..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        self.fill(&mut bytes[1..length])?;
        let text = str::from_utf8(&bytes[..length]).ok();
        text.and_then(|text| text.chars().next()).ok_or_else(|| Failure::corrupt("no character"))
    }

    /// 0 or 1.
    fn flag(&mut self, what: &str) -> Result<bool, Failure> {
        match self.take()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(Failure::corrupt(format!("{what} is 0 or 1, and not {other}"))),
        }
    }

    /// What is in another value.
    fn nested<R>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        if self.depth == Self::DEPTH {
            return Err(Failure::corrupt(format!("it is nested deeper than {}", Self::DEPTH)));
        }
        self.depth += 1;
        let result = act(self);
        self.depth -= 1;
        result
    }
}

macro_rules! numbers {
    ($($method:ident: $number:ty => $visit:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            visitor.$visit(<$number>::from_le_bytes(self.take()?))
        }
    )*};
}

macro_rules! untold {
    ($($method:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Failure> {
            Err(Failure::corrupt("the type asks what comes next, and bincode does not say that"))
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'_> {
    type Error = Failure;

    numbers! {
        deserialize_i8: i8 => visit_i8, deserialize_i16: i16 => visit_i16,
        deserialize_i32: i32 => visit_i32, deserialize_i64: i64 => visit_i64,
        deserialize_i128: i128 => visit_i128, deserialize_u8: u8 => visit_u8,
        deserialize_u16: u16 => visit_u16, deserialize_u32: u32 => visit_u32,
        deserialize_u64: u64 => visit_u64, deserialize_u128: u128 => visit_u128,
        deserialize_f32: f32 => visit_f32, deserialize_f64: f64 => visit_f64,
    }

    untold! {
        deserialize_any, deserialize_identifier, deserialize_ignored_any,
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_bool(self.flag("a `bool`")?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_char(self.char()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_byte_buf(self.bytes()?)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_byte_buf(self.bytes()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.flag("the beginning of an `Option`")? {
            self.nested(|reader| visitor.visit_some(reader))
        } else {
            visitor.visit_none()
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.nested(|reader| visitor.visit_newtype_struct(reader))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let length = self.length()?;
        self.nested(|reader| visitor.visit_seq(Counted::new(reader, length)))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let length = self.length()?;
        self.nested(|reader| visitor.visit_map(Counted::new(reader, length)))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.nested(|reader| visitor.visit_seq(Fields::new(reader, length)))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.nested(|reader| visitor.visit_enum(Variant(reader)))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}
