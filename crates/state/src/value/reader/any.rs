//! A value that says itself what it is.

use serde::de::Visitor;

use super::fields::FieldsReader;
use super::items::Items;
use super::packed::PackedReader;
use super::source::Reader;
use super::variant_pair::VariantPair;
use crate::value::bytes::Numbered;
use crate::value::fault::Fault;
use crate::value::layout::LayoutKind;
use crate::value::tag;

impl<'de> Reader<'de, '_> {
    /// Tells the visitor what is there.
    pub(super) fn any<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        let tag = self.tag()?;
        if let Some(number) = self.number(tag)? {
            return visitor.visit_u64(number);
        }
        if let Some(text) = self.text(tag)? {
            return visitor.visit_borrowed_str(text);
        }
        match tag {
            tag::NONE => visitor.visit_unit(),
            tag::FALSE => visitor.visit_bool(false),
            tag::TRUE => visitor.visit_bool(true),
            tag::NEGATIVE => {
                let below = self.leb()?;
                match i64::try_from(below) {
                    Ok(below) => visitor.visit_i64(!below),
                    Err(_) => visitor.visit_i128(!i128::from(below)),
                }
            }
            tag::WIDE => {
                let number = u128::from_le_bytes(self.fixed()?);
                match u64::try_from(number) {
                    Ok(number) => visitor.visit_u64(number),
                    Err(_) => visitor.visit_u128(number),
                }
            }
            tag::WIDE_NEGATIVE => {
                let number = i128::from_le_bytes(self.fixed()?);
                match i64::try_from(number) {
                    Ok(number) => visitor.visit_i64(number),
                    Err(_) => visitor.visit_i128(number),
                }
            }
            tag::SINGLE => visitor.visit_f32(f32::from_le_bytes(self.fixed()?)),
            tag::DOUBLE => visitor.visit_f64(f64::from_le_bytes(self.fixed()?)),
            tag::CHARACTER => visitor.visit_char(self.character()?),
            tag::BYTES => visitor.visit_borrowed_bytes(self.bytes()?),
            tag::PACKED => PackedReader::new(self.bytes()?).visit(visitor),
            _ => self.inside(tag, visitor),
        }
    }

    /// A value that has others inside.
    fn inside<V: Visitor<'de>>(&mut self, tag: u8, visitor: V) -> Result<V::Value, Fault> {
        self.enter()?;
        let value = match tag {
            tag::SOME => visitor.visit_some(&mut *self)?,
            tag::LIST => {
                let count = self.count(1)?;
                Items::counted(self, count).list(visitor)?
            }
            tag::MAP => {
                let count = self.count(2)?;
                Items::counted(self, count).map(visitor)?
            }
            tag::LIST_TO_END => Items::to_end(self).list(visitor)?,
            tag::MAP_TO_END => Items::to_end(self).map(visitor)?,
            _ => match self.layout(tag)? {
                Some(layout) => self.named(layout, visitor)?,
                None => return Err(Fault::damaged("a tag means nothing")),
            },
        };
        self.leave();
        Ok(value)
    }

    /// A struct is told as a map from its names; a variant as its name, or as a pair with its name.
    fn named<V: Visitor<'de>>(
        &mut self,
        (number, layout): Numbered<'_>,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match layout.kind {
            LayoutKind::Struct => FieldsReader::new(self, layout, None).visit(visitor),
            LayoutKind::Unit => visitor.visit_str(&layout.variant),
            _ => VariantPair::new(self, (number, layout)).visit(visitor),
        }
    }
}
