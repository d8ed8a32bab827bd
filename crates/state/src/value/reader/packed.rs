//! A list of bytes, element by element, for types that are no byte strings.

use serde::de::{DeserializeSeed, SeqAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};

use crate::value::fault::Fault;

/// What is left of a packed list.
#[derive(Debug)]
pub(super) struct PackedReader<'de> {
    rest: std::slice::Iter<'de, u8>,
}

impl<'de> PackedReader<'de> {
    pub(super) fn new(bytes: &'de [u8]) -> Self {
        Self { rest: bytes.iter() }
    }

    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        let value = visitor.visit_seq(&mut self)?;
        if self.rest.len() > 0 {
            return Err(Fault::said("it has more elements than its type takes"));
        }
        Ok(value)
    }
}

impl<'de> SeqAccess<'de> for &mut PackedReader<'de> {
    type Error = Fault;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        self.rest
            .next()
            .map(|byte| seed.deserialize(PackedByte { byte: *byte, depth: 0 }))
            .transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// One byte, where a value is due.
#[derive(Debug)]
struct PackedByte {
    byte: u8,
    /// How many options and newtypes it is in: a type may be nothing but these, for ever.
    depth: u8,
}

/// The most options and newtypes around one byte.
const DEPTH_MAX: u8 = 64;

impl PackedByte {
    fn deeper(mut self) -> Result<Self, Fault> {
        if self.depth == DEPTH_MAX {
            return Err(Fault::damaged("it is too deep"));
        }
        self.depth += 1;
        Ok(self)
    }
}

impl<'de> Deserializer<'de> for PackedByte {
    type Error = Fault;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_u8(self.byte)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self.deeper()?)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self.deeper()?)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
