//! A list: its elements one after the other, or packed where all of them are bytes.

use serde::Serialize;
use serde::ser::{SerializeSeq, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant};

use super::packed::ByteProbe;
use super::sink::Writer;
use crate::value::fault::Fault;
use crate::value::tag;

/// Writes the elements of a list, a tuple or a tuple variant.
#[derive(Debug)]
pub(in crate::value) struct ListWriter<'a, 'w> {
    writer: &'a mut Writer<'w>,
    form: Form,
    /// How many elements were promised; `None` if their end is marked.
    promised: Option<usize>,
    written: usize,
}

/// How the elements are written.
#[derive(Debug)]
enum Form {
    /// The first element decides; nothing is written yet.
    Open,
    /// Each is a byte, from the header at this offset on.
    Packed(usize),
    /// Each is a value.
    Values,
}

impl<'a, 'w> ListWriter<'a, 'w> {
    #[inline]
    pub(super) fn begin(
        writer: &'a mut Writer<'w>,
        promised: Option<usize>,
    ) -> Result<Self, Fault> {
        writer.enter()?;
        let form = match promised {
            None => {
                writer.out.push(tag::LIST_TO_END);
                Form::Values
            }
            Some(0) => {
                writer.counted(tag::LIST, 0);
                Form::Values
            }
            Some(_) => Form::Open,
        };
        Ok(Self { writer, form, promised, written: 0 })
    }

    /// The values of a tuple variant, whose header is written.
    pub(super) fn within(writer: &'a mut Writer<'w>, promised: usize) -> Result<Self, Fault> {
        writer.enter()?;
        Ok(Self { writer, form: Form::Values, promised: Some(promised), written: 0 })
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.written += 1;
        if !matches!(self.form, Form::Values) {
            if let Ok(byte) = value.serialize(ByteProbe) {
                self.pack();
                self.writer.out.push(byte);
                return Ok(());
            }
            self.unpack();
        }
        value.serialize(&mut *self.writer)
    }

    /// The header of a packed list, once.
    #[inline]
    fn pack(&mut self) {
        if matches!(self.form, Form::Open) {
            self.form = Form::Packed(self.writer.out.len());
            self.writer.counted(tag::PACKED, self.promised.unwrap_or(0) as u64);
        }
    }

    /// An element is no byte: all before it are written again as values.
    fn unpack(&mut self) {
        let count = self.promised.unwrap_or(0) as u64;
        let bytes = match self.form {
            Form::Packed(start) => {
                let bytes = self.writer.out.split_off(self.writer.out.len() + 1 - self.written);
                self.writer.out.truncate(start);
                bytes
            }
            _ => Vec::new(),
        };
        self.writer.counted(tag::LIST, count);
        for byte in bytes {
            self.writer.number(byte.into());
        }
        self.form = Form::Values;
    }

    #[inline]
    fn finish(self) -> Result<(), Fault> {
        match self.promised {
            None => self.writer.out.push(tag::END),
            Some(promised) if promised == self.written => {}
            Some(_) => return Err(Fault::said("a list is not as long as it said")),
        }
        self.writer.leave();
        Ok(())
    }
}

/// The four traits of serde that mean the same here.
macro_rules! list {
    ($($trait:ident $method:ident;)*) => {
        $(impl $trait for ListWriter<'_, '_> {
            type Ok = ();
            type Error = Fault;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
                self.element(value)
            }

            fn end(self) -> Result<(), Fault> {
                self.finish()
            }
        })*
    };
}

list! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}
