//! A medium that notes what it is asked, and does what it is told.

use std::collections::BTreeMap;

use forebay_store::sync::Mutex;
use forebay_store::{Error, Result};

use crate::blob::{HEAD, Written, expected, read_blob, write_blob};
use crate::key::Key;
use crate::lanes::Scratch;
use crate::medium::{Medium, MediumTraits, Place, Reading, Usage, Writing};
use crate::object::Object;

pub(super) const ID: Key = Key::from_bytes(*b"sixteen byte id.");

#[derive(Debug)]
pub(super) struct Noted {
    pub(super) offset: u32,
    pub(super) blob_max: u64,
    pub(super) piece: u32,
    /// This call of `put`, counted from 0, fails or panics.
    pub(super) failing_put: Option<(usize, bool)>,
    /// This call of `read` fails.
    pub(super) failing_read: Option<usize>,
    pub(super) all: Mutex<Calls>,
}

#[derive(Debug, Default)]
pub(super) struct Calls {
    pub(super) begun: Vec<Option<u64>>,
    pub(super) puts: Vec<usize>,
    pub(super) reads: Vec<(u64, usize)>,
    pub(super) blobs: BTreeMap<u64, Vec<u8>>,
}

impl Default for Noted {
    fn default() -> Self {
        let (offset, blob_max, piece) = (128, 1 << 40, 4 << 10);
        let all = Mutex::new(Calls::default());
        Self { offset, blob_max, piece, failing_put: None, failing_read: None, all }
    }
}

impl Noted {
    /// Changes the bytes of a blob where they are.
    pub(super) fn change<R>(&self, place: Place, change: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        change(self.all.lock().blobs.get_mut(&place.file).unwrap())
    }

    pub(super) fn put_blob(&self, bytes: Vec<u8>) -> Place {
        let mut all = self.all.lock();
        let (file, length) = (all.blobs.len() as u64, bytes.len() as u64);
        all.blobs.insert(file, bytes);
        Place { part: 0, file, at: 0, length }
    }

    pub(super) fn blobs(&self) -> usize {
        self.all.lock().blobs.len()
    }
}

impl Medium for Noted {
    fn traits(&self) -> MediumTraits {
        let (blob_max, piece) = (self.blob_max, self.piece);
        MediumTraits { blob_max, is_whole: false, piece, has_links: false, memory: 0 }
    }

    fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        self.all.lock().begun.push(length);
        Ok(Box::new(Begun { to: self, bytes: vec![0; self.offset as usize] }))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        Ok(Box::new(Opened { of: self, place }))
    }

    fn free(&self, place: Place) {
        self.all.lock().blobs.remove(&place.file);
    }

    fn usage(&self) -> Usage {
        Usage::default()
    }
}

struct Begun<'a> {
    to: &'a Noted,
    bytes: Vec<u8>,
}

impl Writing for Begun<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let count = {
            let mut all = self.to.all.lock();
            all.puts.push(bytes.len());
            all.puts.len() - 1
        };
        match self.to.failing_put {
            Some((at, true)) if at == count => panic!("the device is on fire"),
            Some((at, false)) if at == count => return Err(Error::unavailable("no device")),
            _ => self.bytes.extend_from_slice(bytes),
        }
        Ok(())
    }

    fn offset(&self) -> u32 {
        self.to.offset
    }

    fn seal(mut self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        self.bytes[..HEAD].copy_from_slice(head);
        Ok(self.to.put_blob(self.bytes))
    }
}

struct Opened<'a> {
    of: &'a Noted,
    place: Place,
}

impl Reading for Opened<'_> {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        let mut all = self.of.all.lock();
        all.reads.push((at, into.len()));
        if self.of.failing_read == Some(all.reads.len() - 1) {
            return Err(Error::unavailable("no device"));
        }
        let at = usize::try_from(at).unwrap();
        let bytes = &all.blobs[&self.place.file];
        let found = bytes.get(at..at + into.len()).ok_or_else(|| Error::corrupt("too short"))?;
        into.copy_from_slice(found);
        Ok(())
    }
}

/// As many bytes as a pool gives a write.
pub(super) fn scratch() -> Scratch {
    scratch_of(256 << 10)
}

pub(super) fn scratch_of(bytes: usize) -> Scratch {
    Scratch { bytes: Vec::with_capacity(bytes) }
}

pub(super) fn write<T: Object>(to: &Noted, value: &T) -> Result<Written> {
    write_blob(to, ID, value, 77, &mut scratch())
}

pub(super) fn read<T: Object>(from: &Noted, place: Place) -> Result<T> {
    read_blob(from, place, &expected::<T>(Some(ID)), None)
}
