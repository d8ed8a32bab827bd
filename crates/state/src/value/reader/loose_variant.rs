//! A variant without a layout: a map of one pair, from its name to its contents.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, EnumAccess, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::source::Reader;
use crate::value::fault::Fault;

/// A variant whose name is read, and whose contents are one value that is next.
#[derive(Debug)]
pub(super) struct LooseVariant<'r, 'de, 'a> {
    reader: &'r mut Reader<'de, 'a>,
    name: &'de str,
}

impl<'r, 'de, 'a> LooseVariant<'r, 'de, 'a> {
    /// The variant in a map whose tag is read.
    pub(super) fn new(reader: &'r mut Reader<'de, 'a>) -> Result<Self, Fault> {
        let name = if reader.count(2)? == 1 {
            let tag = reader.tag()?;
            reader.text(tag)?
        } else {
            None
        };
        match name {
            Some(name) => Ok(Self { reader, name }),
            None => Err(Fault::said("an enum is wanted, and the map has not one pair with a name")),
        }
    }
}

impl<'de> EnumAccess<'de> for LooseVariant<'_, 'de, '_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let name = seed.deserialize(StrDeserializer::new(self.name))?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for LooseVariant<'_, 'de, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        <()>::deserialize(self.reader)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, count: usize, visitor: V) -> Result<V::Value, Fault> {
        self.reader.deserialize_tuple(count, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.reader.deserialize_struct("", fields, visitor)
    }
}
