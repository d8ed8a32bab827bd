//! A medium of unnamed files on a simulated disk.

use std::collections::HashMap;
use std::sync::Arc;

use forebay_journal::disk::{Directory, DiskFile};
use forebay_store::sync::Mutex;
use forebay_store::{Error, Result};

use crate::archive::bytes::{Bytes, OpenFile};
use crate::archive::file_pen::FilePen;
use crate::blob::HEAD;
use crate::medium::{Linkable, Medium, MediumTraits, Place, Reading, Usage, Writing};

/// A medium of unnamed files, one a blob.
#[derive(Debug)]
pub(crate) struct Spill {
    directory: Arc<dyn Directory>,
    files: Mutex<HashMap<u64, Arc<dyn DiskFile>>>,
}

impl Spill {
    pub(crate) fn of(directory: Arc<dyn Directory>) -> Arc<Self> {
        Arc::new(Self { directory, files: Mutex::default() })
    }

    fn file_at(&self, place: Place) -> Result<Arc<dyn DiskFile>> {
        let file = self.files.lock().get(&place.file).cloned();
        file.ok_or_else(|| Error::unavailable("no such place"))
    }
}

impl Medium for Spill {
    fn traits(&self) -> MediumTraits {
        let (blob_max, piece) = (1 << 40, 4096);
        MediumTraits { blob_max, is_whole: false, piece, has_links: true, memory: 0 }
    }

    fn begin(&self, _length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        let file = self.directory.create_unnamed();
        let file = file.map_err(|error| Error::unavailable("spill").with_source(error))?.unwrap();
        Ok(Box::new(Begun { to: self, pen: FilePen::at(HEAD as u64, file, "spill") }))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        Ok(Box::new(Opened(OpenFile::of(self.file_at(place)?, "spill")?)))
    }

    fn free(&self, place: Place) {
        self.files.lock().remove(&place.file);
    }

    fn usage(&self) -> Usage {
        Usage { blobs: self.files.lock().len() as u64, ..Usage::default() }
    }

    fn file(&self, place: Place) -> Option<Linkable> {
        self.file_at(place).ok().map(Linkable)
    }
}

struct Begun<'a> {
    to: &'a Spill,
    pen: FilePen,
}

impl Writing for Begun<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.pen.put(bytes)
    }

    fn offset(&self) -> u32 {
        128
    }

    fn seal(mut self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        self.pen.put_head(head)?;
        let mut files = self.to.files.lock();
        let file = files.len() as u64 + 1;
        files.insert(file, Arc::clone(self.pen.file()));
        Ok(Place { part: 0, file, at: 0, length: self.pen.end() })
    }
}

struct Opened(OpenFile);

impl Reading for Opened {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        self.0.read_at(at, into)
    }
}
