//! A variant that has a layout.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, EnumAccess, VariantAccess, Visitor};

use super::fields::FieldsReader;
use super::items::Items;
use super::source::Reader;
use crate::value::bytes::Numbered;
use crate::value::fault::Fault;
use crate::value::layout::LayoutKind;

/// A variant whose name is in its layout, and whose contents are next.
#[derive(Debug)]
pub(super) struct VariantReader<'r, 'de, 'a> {
    reader: &'r mut Reader<'de, 'a>,
    layout: Numbered<'r>,
}

impl<'r, 'de, 'a> VariantReader<'r, 'de, 'a> {
    pub(super) fn new(reader: &'r mut Reader<'de, 'a>, layout: Numbered<'r>) -> Self {
        Self { reader, layout }
    }

    /// The contents are of the kind that the type has for this name.
    fn expect(&self, kind: LayoutKind) -> Result<(), Fault> {
        if self.layout.1.kind == kind {
            return Ok(());
        }
        Err(Fault::said(format!("the variant `{}` has other contents", self.layout.1.variant)))
    }
}

impl<'de> EnumAccess<'de> for VariantReader<'_, 'de, '_> {
    type Error = Fault;
    type Variant = Self;

    #[inline]
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let name = seed.deserialize(StrDeserializer::new(&self.layout.1.variant))?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for VariantReader<'_, 'de, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        self.expect(LayoutKind::Unit)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        self.expect(LayoutKind::Newtype)?;
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.expect(LayoutKind::Tuple)?;
        Items::counted(self.reader, self.layout.1.arity).list(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.expect(LayoutKind::Fields)?;
        let passed = self.reader.drift.judge(self.layout, fields);
        FieldsReader::new(self.reader, self.layout.1, passed).visit(visitor)
    }
}
