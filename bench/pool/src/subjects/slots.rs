//! A medium of one file with slots that are written over: what a directory of blobs does at its best,
//! without its names, quotas and recovery.
#![expect(clippy::disallowed_methods, reason = "the comparison writes a file of its own")]

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use forebay_pool::{HEAD, Medium, MediumTraits, Place, Reading, Usage, Writing};
use forebay_store::{Error, Result};

const PAGE: u64 = 4096;

#[derive(Clone, Debug)]
pub(super) struct Slots(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    file: File,
    free: Mutex<Free>,
}

/// Slots that were given back, and the end of the file.
#[derive(Debug, Default)]
struct Free {
    slots: Vec<(u64, u64)>,
    end: u64,
}

impl Slots {
    pub(super) fn open(folder: &Path) -> std::io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(folder.join("slots"))?;
        Ok(Self(Arc::new(Shared { file, free: Mutex::new(Free::default()) })))
    }

    fn free_slots(&self) -> MutexGuard<'_, Free> {
        self.0.free.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::unavailable("the file of the comparison").with_source(error)
}

impl Medium for Slots {
    fn traits(&self) -> MediumTraits {
        // As large as the page cache's largest pieces are: what was written in small ones is read slower.
        let (blob_max, piece) = (1 << 40, 1 << 19);
        MediumTraits { blob_max, is_whole: false, piece, has_links: false, memory: 0 }
    }

    fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        let length = length.ok_or_else(|| Error::refused("its length is not known"))?;
        let slot = (length + PAGE).next_multiple_of(PAGE);
        let mut free = self.free_slots();
        let found = free.slots.iter().position(|(_, length)| *length == slot);
        let at = if let Some(found) = found {
            free.slots.swap_remove(found).0
        } else {
            free.end += slot;
            free.end - slot
        };
        Ok(Box::new(Begun { of: self, at, put: 0 }))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        Ok(Box::new(Opened { of: self, at: place.at }))
    }

    fn free(&self, place: Place) {
        let slot = place.length.next_multiple_of(PAGE);
        self.free_slots().slots.push((place.at, slot));
    }

    fn usage(&self) -> Usage {
        Usage::default()
    }
}

struct Begun<'a> {
    of: &'a Slots,
    at: u64,
    put: u64,
}

impl Writing for Begun<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.of.0.file.write_all_at(bytes, self.at + PAGE + self.put).map_err(failed)?;
        self.put += bytes.len() as u64;
        Ok(())
    }

    fn offset(&self) -> u32 {
        4096
    }

    fn seal(self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        self.of.0.file.write_all_at(head, self.at).map_err(failed)?;
        Ok(Place { part: 0, file: 0, at: self.at, length: PAGE + self.put })
    }
}

struct Opened<'a> {
    of: &'a Slots,
    at: u64,
}

impl Reading for Opened<'_> {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        self.of.0.file.read_exact_at(into, self.at + at).map_err(failed)
    }
}
