//! What serde asks a serializer to write, type by type.

use serde::{Serialize, Serializer};

use super::fields::FieldsWriter;
use super::list::ListWriter;
use super::map::MapWriter;
use super::sink::Writer;
use crate::value::fault::Fault;
use crate::value::layout::LayoutKind;
use crate::value::memo::TypeName;
use crate::value::{leb, tag};

type Done = Result<(), Fault>;

impl<'a, 'w> Serializer for &'a mut Writer<'w> {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = ListWriter<'a, 'w>;
    type SerializeTuple = ListWriter<'a, 'w>;
    type SerializeTupleStruct = ListWriter<'a, 'w>;
    type SerializeTupleVariant = ListWriter<'a, 'w>;
    type SerializeMap = MapWriter<'a, 'w>;
    type SerializeStruct = FieldsWriter<'a, 'w>;
    type SerializeStructVariant = FieldsWriter<'a, 'w>;

    fn serialize_bool(self, value: bool) -> Done {
        self.out.push(if value { tag::TRUE } else { tag::FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Done {
        match u64::try_from(value) {
            Ok(value) => self.number(value),
            Err(_) => self.negative((!value).cast_unsigned()),
        }
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Done {
        if let Ok(value) = u128::try_from(value) {
            return self.serialize_u128(value);
        }
        if let Ok(below) = u64::try_from(!value) {
            self.negative(below);
        } else {
            self.out.push(tag::WIDE_NEGATIVE);
            self.out.extend_from_slice(&value.to_le_bytes());
        }
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Done {
        self.serialize_u64(value.into())
    }

    #[inline]
    fn serialize_u64(self, value: u64) -> Done {
        self.number(value);
        Ok(())
    }

    fn serialize_u128(self, value: u128) -> Done {
        if let Ok(value) = u64::try_from(value) {
            return self.serialize_u64(value);
        }
        self.out.push(tag::WIDE);
        self.out.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.out.push(tag::SINGLE);
        self.out.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Done {
        self.out.push(tag::DOUBLE);
        self.out.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Done {
        self.out.push(tag::CHARACTER);
        leb::write(u64::from(u32::from(value)), self.out);
        Ok(())
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Done {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Done {
        self.counted(tag::BYTES, value.len() as u64);
        self.out.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.out.push(tag::NONE);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        self.enter()?;
        let at = self.out.len();
        value.serialize(&mut *self)?;
        // Only what looks like an option itself needs to be marked.
        if matches!(self.out.get(at), Some(&(tag::NONE | tag::SOME))) {
            self.out.insert(at, tag::SOME);
        }
        self.leave();
        Ok(())
    }

    fn serialize_unit(self) -> Done {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, name: &'static str, _: u32, variant: &'static str) -> Done {
        self.variant(LayoutKind::Unit, TypeName { name, variant }, 0);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        self.enter()?;
        value.serialize(&mut *self)?;
        self.leave();
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.enter()?;
        self.variant(LayoutKind::Newtype, TypeName { name, variant }, 1);
        value.serialize(&mut *self)?;
        self.leave();
        Ok(())
    }

    fn serialize_seq(self, count: Option<usize>) -> Result<ListWriter<'a, 'w>, Fault> {
        ListWriter::begin(self, count)
    }

    fn serialize_tuple(self, count: usize) -> Result<ListWriter<'a, 'w>, Fault> {
        ListWriter::begin(self, Some(count))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        count: usize,
    ) -> Result<ListWriter<'a, 'w>, Fault> {
        ListWriter::begin(self, Some(count))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        count: usize,
    ) -> Result<ListWriter<'a, 'w>, Fault> {
        self.variant(LayoutKind::Tuple, TypeName { name, variant }, count);
        ListWriter::within(self, count)
    }

    fn serialize_map(self, count: Option<usize>) -> Result<MapWriter<'a, 'w>, Fault> {
        MapWriter::begin(self, count)
    }

    fn serialize_struct(
        self,
        name: &'static str,
        count: usize,
    ) -> Result<FieldsWriter<'a, 'w>, Fault> {
        FieldsWriter::begin(self, LayoutKind::Struct, TypeName { name, variant: "" }, count)
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        count: usize,
    ) -> Result<FieldsWriter<'a, 'w>, Fault> {
        FieldsWriter::begin(self, LayoutKind::Fields, TypeName { name, variant }, count)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}
