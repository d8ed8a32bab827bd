//! Writes a manifest.

use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_store::{Error, Result};

use super::super::file_pen::FilePen;
use super::super::names::SnapshotName;
use super::entry::{Entry, put_text};
use super::head::ManifestHead;
use crate::blob::Checksum;
use crate::key::Key;

/// Writes a manifest into an empty file.
pub(crate) struct ManifestPen {
    pen: FilePen,
    sum: Checksum,
    entries: u32,
    last: Box<str>,
    buffer: Vec<u8>,
}

impl ManifestPen {
    pub(crate) fn begin(
        file: Arc<dyn DiskFile>,
        place: impl Into<Arc<str>>,
        name: &SnapshotName,
    ) -> Result<Self> {
        let pen = FilePen::at(ManifestHead::LENGTH as u64, file, place);
        let mut begun = Self {
            pen,
            sum: Checksum::new(),
            entries: 0,
            last: Box::default(),
            buffer: Vec::new(),
        };
        put_text(&mut begun.buffer, name.as_str());
        begun.put_buffer()?;
        Ok(begun)
    }

    /// The next entry. They come in the order of their names, each name once.
    pub(crate) fn put(&mut self, entry: &Entry) -> Result<()> {
        debug_assert!(self.entries == 0 || self.last < entry.name, "names come in order");
        if self.entries == ManifestHead::ENTRIES_MAX {
            let most = ManifestHead::ENTRIES_MAX;
            return Err(Error::refused(format!("a snapshot has {most} objects at most")));
        }
        self.entries += 1;
        self.last.clone_from(&entry.name);
        entry.put(&mut self.buffer);
        self.put_buffer()
    }

    /// Writes the head. Nothing is synced.
    pub(crate) fn finish(mut self, archive: Key, sequence: u64, made: u64) -> Result<ManifestHead> {
        let body = self.pen.end() - ManifestHead::LENGTH as u64;
        let sum = self.sum.value();
        let head = ManifestHead { entries: self.entries, archive, sequence, made, body, sum };
        self.pen.put_head(&head.to_bytes())?;
        Ok(head)
    }

    fn put_buffer(&mut self) -> Result<()> {
        let end = self.pen.end() + self.buffer.len() as u64;
        if end > ManifestHead::LENGTH as u64 + ManifestHead::BODY_MAX {
            return Err(Error::refused("a manifest has 1 GiB at most"));
        }
        self.sum.update(&self.buffer);
        self.pen.put(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}
