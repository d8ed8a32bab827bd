//! What has several parts: they follow one another, and nothing stands between them.

use forebay_store::Result;
use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::failure::Failure;
use super::pen::Pen;

macro_rules! in_order {
    ($($shape:ident: $part:ident,)*) => {$(
        impl $shape for &mut Pen<'_> {
            type Ok = ();
            type Error = Failure;

            fn $part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Failure> {
                Ok(())
            }
        }
    )*};
}

in_order! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

macro_rules! by_name {
    ($($shape:ident,)*) => {$(
        impl $shape for &mut Pen<'_> {
            type Ok = ();
            type Error = Failure;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                _: &'static str,
                value: &T,
            ) -> Result<(), Failure> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Failure> {
                Ok(())
            }
        }
    )*};
}

by_name! {
    SerializeStruct,
    SerializeStructVariant,
}

impl SerializeMap for &mut Pen<'_> {
    type Ok = ();
    type Error = Failure;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Failure> {
        Ok(())
    }
}
