//! Where the values come from, and what is noticed on the way.

use std::ops::{Deref, DerefMut};

use crate::value::bytes::Bytes;
use crate::value::drift::Drift;

/// Reads one value from the front of the bytes.
#[derive(Debug)]
pub(in crate::value) struct Reader<'de, 'a> {
    bytes: Bytes<'de, 'a>,
    pub(super) drift: &'a mut Drift,
}

impl<'de, 'a> Reader<'de, 'a> {
    pub(in crate::value) fn new(bytes: Bytes<'de, 'a>, drift: &'a mut Drift) -> Self {
        Self { bytes, drift }
    }
}

impl<'de, 'a> Deref for Reader<'de, 'a> {
    type Target = Bytes<'de, 'a>;

    fn deref(&self) -> &Self::Target {
        &self.bytes
    }
}

impl DerefMut for Reader<'_, '_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.bytes
    }
}
