//! What is in a directory, and what it takes there.

use std::collections::HashMap;
use std::sync::Arc;

use forebay_journal::disk::DiskFile;

use super::open_file::OpenFile;
use super::spares::{Spare, Spares};

/// What is in a directory, and what it takes there. Nothing of it does any I/O: what is to be closed is
/// given back, to be dropped without the lock.
#[derive(Debug)]
pub(super) struct Stock {
    quota: Option<u64>,
    /// What all files take, the spare ones included, and those that are being written.
    bytes: u64,
    blobs: u64,
    last: u64,
    files: HashMap<u64, LargeFile>,
    spares: Spares,
}

/// A file with one blob.
#[derive(Debug)]
pub(super) struct LargeFile {
    pub(super) file: Arc<OpenFile>,
    /// What it takes, in whole blocks.
    pub(super) room: u64,
    /// How long it is, which is more than its blob if it was used before.
    pub(super) extent: u64,
    /// Somebody was given the file to name it, so it is his, too.
    pub(super) may_be_named: bool,
}

impl Stock {
    pub(super) fn new(quota: Option<u64>) -> Self {
        let (files, spares) = (HashMap::new(), Spares::new(quota));
        Self { quota, bytes: 0, blobs: 0, last: 0, files, spares }
    }

    /// Takes so many bytes more, if the quota has them.
    pub(super) fn grow(&mut self, bytes: u64) -> bool {
        let grown = self.bytes.checked_add(bytes);
        let grown = grown.filter(|grown| self.quota.is_none_or(|quota| *grown <= quota));
        self.bytes = grown.unwrap_or(self.bytes);
        grown.is_some()
    }

    pub(super) fn shrink(&mut self, bytes: u64) {
        debug_assert!(bytes <= self.bytes, "what is given back was taken");
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// A file that takes as much, and whose blob is gone.
    pub(super) fn spare(&mut self, room: u64) -> Option<Spare> {
        self.spares.take(room)
    }

    /// Gives up all files without a blob.
    pub(super) fn give_up_spares(&mut self) -> Vec<Spare> {
        let spares = self.spares.clear();
        spares.iter().for_each(|spare| self.shrink(spare.room));
        spares
    }

    /// A blob is there. Its number is never another one's.
    pub(super) fn enter(&mut self, file: LargeFile) -> u64 {
        self.last += 1;
        self.blobs += 1;
        self.files.insert(self.last, file);
        self.last
    }

    /// A blob is gone. Its file is kept to be used again, unless somebody else may have it, too.
    pub(super) fn leave(&mut self, number: u64) -> Vec<Spare> {
        let Some(left) = self.files.remove(&number) else { return Vec::new() };
        self.blobs -= 1;
        let spare = Spare { file: left.file, room: left.room, extent: left.extent };
        let out = if left.may_be_named { vec![spare] } else { self.spares.put(spare) };
        out.iter().for_each(|spare| self.shrink(spare.room));
        out
    }

    pub(super) fn file(&self, number: u64) -> Option<Arc<OpenFile>> {
        self.files.get(&number).map(|file| Arc::clone(&file.file))
    }

    /// The file of a blob, to be named: if it can be, and has nothing in it but the blob.
    pub(super) fn nameable(&mut self, number: u64, length: u64) -> Option<Arc<dyn DiskFile>> {
        let file = self.files.get_mut(&number).filter(|file| file.extent == length)?;
        let nameable = file.file.nameable()?;
        file.may_be_named = true;
        Some(nameable)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn blobs(&self) -> u64 {
        self.blobs
    }

    pub(super) fn quota(&self) -> Option<u64> {
        self.quota
    }
}
