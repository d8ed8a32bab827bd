//! A medium that is a map.

use std::collections::HashMap;

use forebay_store::sync::Mutex;
use forebay_store::{Error, Result};

use crate::blob::HEAD;
use crate::medium::{Medium, MediumTraits, Place, Reading, Usage, Writing};

/// A medium that is a map of bytes. What is in it is not counted in a pool's budget:
/// it is for tests and examples.
#[derive(Debug, Default)]
pub struct PlainMemory(Mutex<Blobs>);

#[derive(Debug, Default)]
struct Blobs {
    next: u64,
    bytes: u64,
    all: HashMap<u64, Vec<u8>>,
}

impl Medium for PlainMemory {
    fn traits(&self) -> MediumTraits {
        let (blob_max, piece) = (1 << 40, 1 << 17);
        MediumTraits { blob_max, is_whole: false, piece, has_links: false, memory: 0 }
    }

    fn begin(&self, _length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        Ok(Box::new(Begun { to: self, bytes: vec![0; HEAD] }))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        Ok(Box::new(Opened { of: self, place }))
    }

    fn free(&self, place: Place) {
        let mut blobs = self.0.lock();
        let freed = blobs.all.remove(&place.file);
        blobs.bytes -= freed.as_ref().map_or(0, |bytes| bytes.len() as u64);
        drop(blobs);
        debug_assert!(freed.is_some(), "a place is freed once");
    }

    fn usage(&self) -> Usage {
        let blobs = self.0.lock();
        Usage { bytes: blobs.bytes, blobs: blobs.all.len() as u64, ..Usage::default() }
    }

    fn bytes_of(&self, place: Place) -> Option<u64> {
        Some(place.length)
    }
}

struct Begun<'a> {
    to: &'a PlainMemory,
    bytes: Vec<u8>,
}

impl Writing for Begun<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn offset(&self) -> u32 {
        128
    }

    fn seal(mut self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        self.bytes[..HEAD].copy_from_slice(head);
        let length = self.bytes.len() as u64;
        let mut blobs = self.to.0.lock();
        blobs.next += 1;
        blobs.bytes += length;
        let file = blobs.next;
        blobs.all.insert(file, self.bytes);
        Ok(Place { part: 0, file, at: 0, length })
    }
}

struct Opened<'a> {
    of: &'a PlainMemory,
    place: Place,
}

impl Reading for Opened<'_> {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        let short = || Error::corrupt("a blob is shorter than it was");
        let at = usize::try_from(at).map_err(|_| short())?;
        let blobs = self.of.0.lock();
        let bytes = blobs.all.get(&self.place.file).ok_or_else(short)?;
        let end = at.checked_add(into.len()).ok_or_else(short)?;
        into.copy_from_slice(bytes.get(at..end).ok_or_else(short)?);
        Ok(())
    }
}
