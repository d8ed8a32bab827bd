//! What is in a directory, and what it takes there.

use std::collections::HashMap;
use std::sync::Arc;

use forebay_journal::disk::DiskFile;

use super::open_file::OpenFile;
use super::packs::{Closed, Packs, Taken};
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
    packs: Packs<Arc<OpenFile>>,
    /// It was told, and since then not much has become free.
    is_known_full: bool,
    /// That its file system is full was told, and since then nothing was written.
    is_disk_known_full: bool,
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
    /// `spares_max`: so many files without a blob are kept.
    pub(super) fn new(quota: Option<u64>, spares_max: usize) -> Self {
        let spares = Spares::new(quota, spares_max);
        let (files, packs) = (HashMap::new(), Packs::new());
        let (is_known_full, is_disk_known_full) = (false, false);
        let (bytes, blobs, last) = (0, 0, 0);
        Self { quota, bytes, blobs, last, files, spares, packs, is_known_full, is_disk_known_full }
    }

    /// Takes so many bytes more, if the quota has them.
    pub(super) fn grow(&mut self, bytes: u64) -> bool {
        grow(&mut self.bytes, self.quota, bytes)
    }

    pub(super) fn shrink(&mut self, bytes: u64) {
        debug_assert!(bytes <= self.bytes, "what is given back was taken");
        self.bytes = self.bytes.saturating_sub(bytes);
        let is_free = self.quota.is_none_or(|quota| self.bytes <= quota / 8 * 7);
        self.is_known_full &= !is_free;
    }

    /// It is full. `false`: so it was before.
    pub(super) fn is_newly_full(&mut self) -> bool {
        !std::mem::replace(&mut self.is_known_full, true)
    }

    /// Its file system is. `false`: so it was before.
    pub(super) fn is_disk_newly_full(&mut self) -> bool {
        !std::mem::replace(&mut self.is_disk_known_full, true)
    }

    /// A file that takes as much or a little more, and whose blob is gone.
    pub(super) fn spare(&mut self, room: u64) -> Option<Spare> {
        self.spares.take(room)
    }

    /// Gives up all files without a blob.
    pub(super) fn give_up_spares(&mut self) -> Vec<Arc<OpenFile>> {
        let spares = self.spares.clear();
        for spare in &spares {
            self.shrink(spare.room);
        }
        let Closed { mut files, bytes } = self.packs.close_empty();
        self.shrink(bytes);
        files.extend(spares.into_iter().map(|spare| spare.file));
        files
    }

    /// Takes a cell of this size.
    pub(super) fn take_cell(&mut self, size: u64) -> Taken<Arc<OpenFile>> {
        let (bytes, quota) = (&mut self.bytes, self.quota);
        let taken = self.packs.take(size, |by| grow(bytes, quota, by));
        match taken {
            // A new pack would have no room, either.
            Taken::NoPack if !grow(&mut self.bytes.clone(), quota, size) => Taken::NoRoom,
            taken => taken,
        }
    }

    pub(super) fn add_pack(&mut self, file: Arc<OpenFile>, size: u64) {
        self.last += 1;
        self.packs.add(self.last, file, size);
    }

    /// A blob is there, in a cell.
    pub(super) fn enter_cell(&mut self) {
        self.blobs += 1;
        self.is_disk_known_full = false;
    }

    /// Gives back a cell, with a blob in it or not.
    pub(super) fn give_cell(&mut self, pack: u64, at: u64) -> Option<Vec<Arc<OpenFile>>> {
        let closed = self.packs.give(pack, at)?;
        self.shrink(closed.bytes);
        Some(closed.files)
    }

    /// A blob is there. Its number is never another one's.
    pub(super) fn enter(&mut self, file: LargeFile) -> u64 {
        self.last += 1;
        self.blobs += 1;
        self.is_disk_known_full = false;
        self.files.insert(self.last, file);
        self.last
    }

    /// A blob is gone. A file of its own is kept to be used again, unless somebody else may have it, too.
    /// What is given back is to be closed.
    pub(super) fn leave(&mut self, number: u64, at: u64) -> Vec<Arc<OpenFile>> {
        let Some(left) = self.files.remove(&number) else {
            let closed = self.give_cell(number, at);
            self.blobs -= u64::from(closed.is_some());
            return closed.unwrap_or_default();
        };
        self.blobs -= 1;
        let spare = Spare { file: left.file, room: left.room, extent: left.extent };
        let out = if left.may_be_named { vec![spare] } else { self.spares.put(spare) };
        for spare in &out {
            self.shrink(spare.room);
        }
        out.into_iter().map(|spare| spare.file).collect()
    }

    /// Whether a file is to be closed when a blob of it leaves.
    pub(super) fn closes_with(&self, number: u64) -> bool {
        match self.files.get(&number) {
            Some(file) => file.may_be_named || !self.spares.has_room(file.room),
            None => self.packs.closes_with(number),
        }
    }

    pub(super) fn file(&self, number: u64) -> Option<Arc<OpenFile>> {
        let large = self.files.get(&number).map(|file| Arc::clone(&file.file));
        large.or_else(|| self.packs.file(number))
    }

    /// What a blob takes: its file, or its cell of one.
    pub(super) fn bytes_of(&self, number: u64) -> Option<u64> {
        let large = self.files.get(&number).map(|file| file.room);
        large.or_else(|| self.packs.cell(number))
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

fn grow(bytes: &mut u64, quota: Option<u64>, by: u64) -> bool {
    let grown = bytes.checked_add(by);
    let grown = grown.filter(|grown| quota.is_none_or(|quota| *grown <= quota));
    *bytes = grown.unwrap_or(*bytes);
    grown.is_some()
}
