//! What serde asks a deserializer for, type by type.
//!
//! The bytes say what they are, so most types take whatever is there. The shortcuts are for what is
//! read most.

use serde::de::Visitor;
use serde::de::value::StrDeserializer;
use serde::{Deserializer, forward_to_deserialize_any};

use super::fields::FieldsReader;
use super::loose_variant::LooseVariant;
use super::packed::PackedReader;
use super::source::Reader;
use super::variant::VariantReader;
use crate::value::fault::Fault;
use crate::value::layout::LayoutKind;
use crate::value::tag;

impl<'de> Deserializer<'de> for &mut Reader<'de, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.any(visitor)
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if let tag @ (tag::NEAR_TEXT..=tag::LAST_NEAR_TEXT | tag::TEXT) = self.peek()? {
            self.pass();
            if let Some(text) = self.text(tag)? {
                return visitor.visit_borrowed_str(text);
            }
        }
        self.any(visitor)
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if let tag @ (tag::NEAR_NUMBER..=tag::LAST_NEAR_NUMBER | tag::NUMBER) = self.peek()? {
            self.pass();
            if let Some(number) = self.number(tag)? {
                return visitor.visit_u64(number);
            }
        }
        self.any(visitor)
    }

    #[inline]
    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_u64(visitor)
    }

    #[inline]
    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_u64(visitor)
    }

    #[inline]
    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_u64(visitor)
    }

    /// A packed list is a byte string too, and so is text.
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.peek()? {
            tag::PACKED => {
                self.pass();
                visitor.visit_borrowed_bytes(self.bytes()?)
            }
            _ => self.any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_bytes(visitor)
    }

    /// A byte string is a list of bytes too.
    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.peek()? {
            tag::BYTES => {
                self.pass();
                PackedReader::new(self.bytes()?).visit(visitor)
            }
            _ => self.any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    /// Everything but nothing is `Some`; so what became optional is read as it was written.
    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.peek()? {
            tag::NONE => {
                self.pass();
                return visitor.visit_none();
            }
            tag::SOME => self.pass(),
            _ => {}
        }
        self.enter()?;
        let value = visitor.visit_some(&mut *self)?;
        self.leave();
        Ok(value)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.enter()?;
        let value = visitor.visit_newtype_struct(&mut *self)?;
        self.leave();
        Ok(value)
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if !matches!(self.peek()?, tag::NEAR_LAYOUT..=tag::LAST_NEAR_LAYOUT | tag::LAYOUT) {
            return self.any(visitor);
        }
        let tag = self.tag()?;
        match self.layout(tag)? {
            Some((number, layout)) if layout.kind == LayoutKind::Struct => {
                let passed = self.drift.judge((number, layout), fields);
                self.enter()?;
                let value = FieldsReader::new(&mut *self, layout, passed).visit(visitor)?;
                self.leave();
                Ok(value)
            }
            _ => Err(Fault::said("a struct is wanted, and there is a variant")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let tag = self.tag()?;
        if let Some(name) = self.text(tag)? {
            return visitor.visit_enum(StrDeserializer::new(name));
        }
        self.enter()?;
        let value = if tag == tag::MAP {
            visitor.visit_enum(LooseVariant::new(&mut *self)?)?
        } else {
            match self.layout(tag)? {
                Some(layout) if layout.1.kind != LayoutKind::Struct => {
                    visitor.visit_enum(VariantReader::new(&mut *self, layout))?
                }
                _ => return Err(Fault::said("an enum is wanted, and there is something else")),
            }
        };
        self.leave();
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.skip()?;
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! { bool i8 i16 i32 i64 i128 u128 f32 f64 char unit unit_struct map }
}
