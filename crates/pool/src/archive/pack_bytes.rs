//! A pack as bytes in memory.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use forebay_store::{Error, Result};

use super::bytes::Bytes as _;
use super::pack::{Payloads, walk};
use crate::blob::{Head, expected, read_blob};
use crate::key::Key;
use crate::medium::{Medium, MediumTraits, Place, Reading, Usage, Writing};
use crate::object::Object;

/// A pack of an archive as bytes in memory, however they came there: embedded in a program, received over a
/// network. Its objects are read without an archive and without a pool.
///
/// A pack is a file in an archive's folder `packs`; what is in it is in
/// [docs/format/archive.md](https://github.com/forebay/forebay/blob/main/docs/format/archive.md).
#[derive(Clone)]
pub struct PackBytes {
    medium: Packed,
    blobs: BTreeMap<Key, (u64, Head)>,
    id: Key,
}

/// The bytes, as a medium that is only read.
#[derive(Clone)]
struct Packed(Bytes);

impl PackBytes {
    /// Reads a pack and checks all of it, to the last byte. What is no pack, or is damaged, is `Corrupt`.
    pub fn parse(bytes: impl Into<Bytes>) -> Result<Self> {
        let bytes = bytes.into();
        let mut blobs = BTreeMap::new();
        let head = walk(&&*bytes, Payloads::Checked, |at, head| {
            blobs.insert(head.id, (at, *head));
            Ok(())
        })?;
        Ok(Self { medium: Packed(bytes), blobs, id: head.id })
    }

    /// The pack's own key.
    pub fn id(&self) -> Key {
        self.id
    }

    /// The keys of its objects, ascending.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.blobs.keys().copied()
    }

    /// The blob of an object, head and payload. It shares the pack's memory.
    pub fn blob(&self, key: Key) -> Option<Bytes> {
        let (at, head) = self.blobs.get(&key)?;
        let begin = usize::try_from(*at).ok()?;
        let length = usize::try_from(u64::from(head.offset) + head.stored).ok()?;
        Some(self.medium.0.slice(begin..begin + length))
    }

    /// An object, if it is there. `Invalid` if it has another type, or another codec wrote it.
    pub fn get<T: Object>(&self, key: Key) -> Result<Option<T>> {
        let Some((at, head)) = self.blobs.get(&key) else { return Ok(None) };
        let length = u64::from(head.offset) + head.stored;
        let place = Place { part: 0, file: 0, at: *at, length };
        read_blob(&self.medium, place, &expected::<T>(Some(key)), None).map(Some)
    }
}

impl Medium for Packed {
    fn traits(&self) -> MediumTraits {
        let (blob_max, piece) = (1 << 40, 1 << 19);
        MediumTraits { blob_max, is_whole: true, piece, has_links: false, memory: 0 }
    }

    fn begin(&self, _length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        Err(Error::unsupported("a pack in memory is only read"))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        Ok(Box::new(Opened { of: self, at: place.at }))
    }

    fn free(&self, _place: Place) {}

    fn usage(&self) -> Usage {
        Usage { bytes: self.0.len() as u64, ..Usage::default() }
    }
}

struct Opened<'a> {
    of: &'a Packed,
    at: u64,
}

impl Reading for Opened<'_> {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        (&*self.of.0).read_at(self.at + at, into)
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Packed").field(&self.0.len()).finish()
    }
}

impl fmt::Debug for PackBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackBytes").field("id", &self.id).finish_non_exhaustive()
    }
}
