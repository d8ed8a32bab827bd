//! A block of a snapshot whose entries are made by whoever has time.

use std::marker::PhantomData;
use std::sync::Arc;

use forebay_store::Result;

use super::block::Block;
use super::stored::Stored;
use crate::ahead::Work;
use crate::key::{Key, KeyReader};
use crate::table::{Entry, Value};
use crate::value::{Dictionary, Drift, read_value};

/// Entries of a table, in order.
pub(super) type Made<K, V> = Vec<Arc<Entry<K, V>>>;

/// A block of a table with these types.
pub(super) struct Unit<K, V> {
    stored: Stored,
    dictionary: Arc<Dictionary>,
    /// Its values were written as those of another version: they have to be migrated in order.
    is_old: bool,
    of: PhantomData<fn() -> (K, V)>,
}

/// What was made of a block in which everything is right.
pub(super) struct Decoded<K: Key, V> {
    pub(super) entries: Made<K, V>,
    /// Its first and its last key.
    pub(super) ends: (Vec<u8>, Vec<u8>),
}

impl<K: Key, V: Value> Unit<K, V> {
    pub(super) fn new(stored: Stored, dictionary: Arc<Dictionary>, is_old: bool) -> Self {
        Self { stored, dictionary, is_old, of: PhantomData }
    }

    /// The block, and the layouts that its values may use.
    pub(super) fn into_parts(self) -> Result<(Block, Arc<Dictionary>)> {
        Ok((self.stored.into_block()?, self.dictionary))
    }
}

impl<K: Key, V: Value> Work for Unit<K, V> {
    type Made = Decoded<K, V>;

    /// `None` if anything is damaged, older, drifted or unreadable: that has to be dealt with in order, by
    /// who knows how. The block is unpacked then, if it can be.
    fn make(&mut self) -> Option<Self::Made> {
        let block = self.stored.unpack().ok()?;
        if self.is_old {
            return None;
        }
        let mut entries = Vec::with_capacity((block.count() as usize).min(block.length()));
        let (mut walk, mut drift, mut first) = (block.walk(), Drift::new(), None);
        while let Some((bytes, value)) = walk.next().ok()? {
            first.get_or_insert_with(|| bytes.to_vec());
            let key: K = KeyReader::read(bytes).ok()?;
            let value = read_value(value, &self.dictionary, &mut drift).ok()?;
            if drift.has_passed() {
                return None;
            }
            entries.push(Arc::new(Entry::new(key, value)));
        }
        Some(Decoded { entries, ends: (first?, walk.key().to_vec()) })
    }

    fn bytes(&self) -> usize {
        self.stored.length()
    }
}
