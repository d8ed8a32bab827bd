//! What a value consists of, one after the other.

use forebay_store::Result;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::failure::Failure;
use super::reader::Reader;

/// The fields of a tuple or a struct: the type says how many there are.
pub(super) struct Fields<'r, 'a> {
    reader: &'r mut Reader<'a>,
    left: usize,
}

impl<'r, 'a> Fields<'r, 'a> {
    pub(super) fn new(reader: &'r mut Reader<'a>, left: usize) -> Self {
        Self { reader, left }
    }
}

impl<'de> SeqAccess<'de> for Fields<'_, '_> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Failure> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// The elements of a sequence or a map: the bytes say how many there are, so that is not believed.
pub(super) struct Counted<'r, 'a> {
    reader: &'r mut Reader<'a>,
    left: u64,
    /// Bytes that were left before the last key.
    before: u64,
}

impl<'r, 'a> Counted<'r, 'a> {
    /// Elements that are promised at most.
    const AHEAD: u64 = 4_096;

    pub(super) fn new(reader: &'r mut Reader<'a>, left: u64) -> Self {
        Self { reader, left, before: 0 }
    }

    /// Whether there is another one.
    fn next(&mut self) -> bool {
        let left = self.left.checked_sub(1);
        self.left = left.unwrap_or(0);
        self.before = self.reader.left();
        left.is_some()
    }

    fn check_moved(&mut self) -> Result<(), Failure> {
        if self.reader.left() == self.before { self.reader.nothing() } else { Ok(()) }
    }

    /// As many as there are bytes, at most, and not many: an element may be far larger than its bytes, and
    /// whoever collects them makes room for so many before there is one.
    fn most(&self) -> Option<usize> {
        usize::try_from(self.left.min(self.reader.left()).min(Self::AHEAD)).ok()
    }
}

impl<'de> SeqAccess<'de> for Counted<'_, '_> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Failure> {
        if !self.next() {
            return Ok(None);
        }
        let element = seed.deserialize(&mut *self.reader)?;
        self.check_moved().map(|()| Some(element))
    }

    fn size_hint(&self) -> Option<usize> {
        self.most()
    }
}

impl<'de> MapAccess<'de> for Counted<'_, '_> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Failure> {
        if !self.next() {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        let value = seed.deserialize(&mut *self.reader)?;
        self.check_moved().map(|()| value)
    }

    fn size_hint(&self) -> Option<usize> {
        self.most()
    }
}
