//! A variant for those who do not know its enum: a map of one pair, from its name to its contents.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};

use super::fields::FieldsReader;
use super::items::Items;
use super::source::Reader;
use crate::value::bytes::Numbered;
use crate::value::fault::Fault;
use crate::value::layout::LayoutKind;

/// The pair of a variant.
#[derive(Debug)]
pub(super) struct VariantPair<'r, 'de, 'a> {
    contents: Option<Contents<'r, 'de, 'a>>,
    is_named: bool,
}

/// What is in the variant.
#[derive(Debug)]
struct Contents<'r, 'de, 'a> {
    reader: &'r mut Reader<'de, 'a>,
    layout: Numbered<'r>,
}

impl<'r, 'de, 'a> VariantPair<'r, 'de, 'a> {
    pub(super) fn new(reader: &'r mut Reader<'de, 'a>, layout: Numbered<'r>) -> Self {
        Self { contents: Some(Contents { reader, layout }), is_named: false }
    }

    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        let value = visitor.visit_map(&mut self)?;
        match self.contents {
            None => Ok(value),
            Some(_) => Err(Fault::said("a variant has contents that its type does not take")),
        }
    }
}

impl<'de> MapAccess<'de> for &mut VariantPair<'_, 'de, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        match &self.contents {
            Some(contents) if !self.is_named => {
                self.is_named = true;
                let name = StrDeserializer::new(&contents.layout.1.variant);
                seed.deserialize(name).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some(contents) = self.contents.take() else {
            return Err(Fault::said("a variant has one value"));
        };
        match contents.layout.1.kind {
            LayoutKind::Newtype => seed.deserialize(contents.reader),
            _ => seed.deserialize(contents),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(1)
    }
}

impl<'de> Deserializer<'de> for Contents<'_, 'de, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let layout = self.layout.1;
        match layout.kind {
            LayoutKind::Tuple => Items::counted(self.reader, layout.arity).list(visitor),
            _ => FieldsReader::new(self.reader, layout, None).visit(visitor),
        }
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
