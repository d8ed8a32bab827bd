//! Writes values.

use forebay_store::Result;
use serde::{Serialize, Serializer};

use super::super::blob_codec::Sink;
use super::super::gathered::Gathered;
use super::failure::Failure;

/// Writes values.
pub(super) struct Pen<'a>(Gathered<'a>);

impl<'a> Pen<'a> {
    pub(super) fn new(out: &'a mut dyn Sink) -> Self {
        Self(Gathered::new(out))
    }

    pub(super) fn finish(mut self) -> Result<()> {
        self.0.flush()
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.0.put(bytes).map_err(Failure)
    }

    fn length(&mut self, length: usize) -> Result<(), Failure> {
        self.put(&(length as u64).to_le_bytes())
    }

    /// The number of elements comes before them.
    fn begin(&mut self, length: Option<usize>) -> Result<&mut Self, Failure> {
        let unknown = || Failure::refused("it does not say how many elements there are");
        self.length(length.ok_or_else(unknown)?)?;
        Ok(self)
    }

    fn variant(&mut self, number: u32) -> Result<&mut Self, Failure> {
        self.put(&number.to_le_bytes())?;
        Ok(self)
    }
}

macro_rules! numbers {
    ($($method:ident: $number:ty,)*) => {$(
        fn $method(self, number: $number) -> Result<(), Failure> {
            self.put(&number.to_le_bytes())
        }
    )*};
}

impl Serializer for &mut Pen<'_> {
    type Ok = ();
    type Error = Failure;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
        serialize_f32: f32, serialize_f64: f64,
    }

    fn serialize_bool(self, value: bool) -> Result<(), Failure> {
        self.put(&[u8::from(value)])
    }

    fn serialize_char(self, value: char) -> Result<(), Failure> {
        self.put(value.encode_utf8(&mut [0; 4]).as_bytes())
    }

    fn serialize_str(self, value: &str) -> Result<(), Failure> {
        self.serialize_bytes(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Failure> {
        self.length(value.len())?;
        self.put(value)
    }

    fn serialize_none(self) -> Result<(), Failure> {
        self.put(&[0])
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failure> {
        self.put(&[1])?;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Failure> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failure> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &str, number: u32, _: &str) -> Result<(), Failure> {
        self.variant(number).map(|_| ())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        value.serialize(self.variant(number)?)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Failure> {
        self.begin(length)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Failure> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Failure> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Failure> {
        self.variant(number)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, Failure> {
        self.begin(length)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Failure> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Failure> {
        self.variant(number)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}
