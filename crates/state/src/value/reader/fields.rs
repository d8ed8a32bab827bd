//! The fields of a struct: names from the layout, values from the bytes.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, MapAccess, Visitor};

use super::source::Reader;
use crate::value::drift::Passed;
use crate::value::fault::Fault;
use crate::value::layout::Layout;

/// What is left of the fields.
#[derive(Debug)]
pub(super) struct FieldsReader<'r, 'de, 'a> {
    reader: &'r mut Reader<'de, 'a>,
    layout: &'r Layout,
    /// Fields that the type does not have.
    passed: Passed,
    at: usize,
}

impl<'r, 'de, 'a> FieldsReader<'r, 'de, 'a> {
    pub(super) fn new(reader: &'r mut Reader<'de, 'a>, layout: &'r Layout, passed: Passed) -> Self {
        Self { reader, layout, passed, at: 0 }
    }

    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        let value = visitor.visit_map(&mut self)?;
        match self.next_name()? {
            None => Ok(value),
            Some(_) => Err(Fault::said("it has more fields than its type takes")),
        }
    }

    /// The name of the next field that the type has.
    #[inline]
    fn next_name(&mut self) -> Result<Option<&'r str>, Fault> {
        let layout = self.layout;
        while let Some(name) = layout.fields.get(self.at) {
            let is_passed = self.passed.as_ref().is_some_and(|passed| passed[self.at]);
            self.at += 1;
            if !is_passed {
                return Ok(Some(name));
            }
            self.reader.skip()?;
        }
        Ok(None)
    }
}

impl<'de> MapAccess<'de> for &mut FieldsReader<'_, 'de, '_> {
    type Error = Fault;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        match self.next_name()? {
            Some(name) => seed.deserialize(StrDeserializer::new(name)).map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.layout.fields.len() - self.at)
    }
}
