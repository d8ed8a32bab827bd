//! The elements of a list, or the pairs of a map.

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::source::Reader;
use crate::value::fault::Fault;

/// What is left of a list or a map.
#[derive(Debug)]
pub(super) struct Items<'r, 'de, 'a> {
    reader: &'r mut Reader<'de, 'a>,
    left: Left,
}

/// How the end is found.
#[derive(Debug)]
enum Left {
    Count(usize),
    ToEnd,
}

impl<'r, 'de, 'a> Items<'r, 'de, 'a> {
    /// As many as this.
    pub(super) fn counted(reader: &'r mut Reader<'de, 'a>, count: usize) -> Self {
        Self { reader, left: Left::Count(count) }
    }

    /// Until the end is marked.
    pub(super) fn to_end(reader: &'r mut Reader<'de, 'a>) -> Self {
        Self { reader, left: Left::ToEnd }
    }

    pub(super) fn list<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        let value = visitor.visit_seq(&mut self)?;
        self.finish().map(|()| value)
    }

    pub(super) fn map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        let value = visitor.visit_map(&mut self)?;
        self.finish().map(|()| value)
    }

    /// Whether there is another one, which is then taken.
    #[inline]
    fn another(&mut self) -> Result<bool, Fault> {
        match &mut self.left {
            Left::Count(0) => Ok(false),
            Left::Count(count) => {
                *count -= 1;
                Ok(true)
            }
            Left::ToEnd => {
                let ends = self.reader.ends()?;
                if ends {
                    self.left = Left::Count(0);
                }
                Ok(!ends)
            }
        }
    }

    /// The type took all that is there.
    fn finish(mut self) -> Result<(), Fault> {
        if self.another()? {
            return Err(Fault::said("it has more elements than its type takes"));
        }
        Ok(())
    }

    fn hint(&self) -> Option<usize> {
        match self.left {
            Left::Count(count) => Some(count),
            Left::ToEnd => None,
        }
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'_, 'de, '_> {
    type Error = Fault;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        if !self.another()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

impl<'de> MapAccess<'de> for &mut Items<'_, 'de, '_> {
    type Error = Fault;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        if !self.another()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}
