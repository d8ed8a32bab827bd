//! A map: keys and values in turn.

use serde::Serialize;
use serde::ser::SerializeMap;

use super::sink::Writer;
use crate::value::fault::Fault;
use crate::value::tag;

/// Writes the pairs of a map.
#[derive(Debug)]
pub(in crate::value) struct MapWriter<'a, 'w> {
    writer: &'a mut Writer<'w>,
    /// How many pairs were promised; `None` if their end is marked.
    promised: Option<usize>,
    keys: usize,
    values: usize,
}

impl<'a, 'w> MapWriter<'a, 'w> {
    pub(super) fn begin(
        writer: &'a mut Writer<'w>,
        promised: Option<usize>,
    ) -> Result<Self, Fault> {
        writer.enter()?;
        match promised {
            Some(count) => writer.counted(tag::MAP, count as u64),
            None => writer.out.push(tag::MAP_TO_END),
        }
        Ok(Self { writer, promised, keys: 0, values: 0 })
    }
}

impl SerializeMap for MapWriter<'_, '_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        if self.keys != self.values {
            return Err(Fault::said("a map has a key without a value"));
        }
        self.keys += 1;
        key.serialize(&mut *self.writer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.values += 1;
        if self.keys != self.values {
            return Err(Fault::said("a map has a value without a key"));
        }
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Fault> {
        if self.keys != self.values {
            return Err(Fault::said("a map has a key without a value"));
        }
        match self.promised {
            None => self.writer.out.push(tag::END),
            Some(promised) if promised == self.keys => {}
            Some(_) => return Err(Fault::said("a map is not as long as it said")),
        }
        self.writer.leave();
        Ok(())
    }
}
