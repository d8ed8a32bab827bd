//! Writes a pack.

use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_store::Result;

use super::super::file_pen::FilePen;
use super::head::PackHead;
use crate::key::Key;

/// Writes a pack into an empty file.
#[derive(Debug)]
pub(crate) struct PackPen {
    pen: FilePen,
    id: Key,
    blobs: u64,
}

impl PackPen {
    pub(crate) fn begin(id: Key, file: Arc<dyn DiskFile>, place: impl Into<Arc<str>>) -> Self {
        Self { pen: FilePen::at(PackHead::LENGTH as u64, file, place), id, blobs: 0 }
    }

    pub(crate) fn id(&self) -> Key {
        self.id
    }

    pub(crate) fn file(&self) -> &Arc<dyn DiskFile> {
        self.pen.file()
    }

    pub(crate) fn place(&self) -> &Arc<str> {
        self.pen.place()
    }

    /// How long it is.
    pub(crate) fn length(&self) -> u64 {
        self.pen.end()
    }

    /// Puts a blob, head and payload, and says where it is.
    pub(crate) fn put(&mut self, blob: &[u8]) -> Result<u64> {
        let at = self.pen.end();
        self.pen.put(blob)?;
        let step = PackHead::STEP;
        let missing = (step - self.pen.end() % step) % step;
        self.pen.put(&PackHead::ZEROS[..usize::try_from(missing).unwrap_or(0)])?;
        self.blobs += 1;
        Ok(at)
    }

    /// Writes the head. Nothing is synced.
    pub(crate) fn finish(&mut self, archive: Key) -> Result<()> {
        let body = self.pen.end() - PackHead::LENGTH as u64;
        let head = PackHead { archive, id: self.id, blobs: self.blobs, body };
        self.pen.put_head(&head.to_bytes())
    }
}
