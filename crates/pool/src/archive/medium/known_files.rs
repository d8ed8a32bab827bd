//! The files that blobs of this process are in.

use std::collections::{HashMap, VecDeque};

use super::super::bytes::OpenFile;
use super::super::part::Part;
use crate::key::Key;

/// A file of an archive that has blobs.
pub(crate) type Name = (Part, Key);

/// The files that blobs of this process are in, by number. Those that were read last are open.
#[derive(Debug, Default)]
pub(super) struct KnownFiles {
    next: u64,
    numbers: HashMap<Name, u64>,
    files: HashMap<u64, Known>,
    /// Open ones that may be closed, each once; the next to be closed first.
    recent: VecDeque<u64>,
    held: usize,
}

#[derive(Debug)]
struct Known {
    name: Name,
    blobs: u64,
    open: Option<OpenFile>,
    /// It stays open: its name is gone, or may go at any time.
    is_held: bool,
}

impl KnownFiles {
    /// So many are kept open because they may be read again.
    const RECENT_MAX: usize = 64;

    /// One more blob of a file.
    pub(super) fn enter(&mut self, name: Name) -> u64 {
        let number = *self.numbers.entry(name).or_insert_with(|| {
            self.next += 1;
            self.next
        });
        let new = || Known { name, blobs: 0, open: None, is_held: false };
        self.files.entry(number).or_insert_with(new).blobs += 1;
        number
    }

    /// One blob less. What is to be closed is given back, to be dropped outside the lock.
    pub(super) fn leave(&mut self, number: u64) -> Option<OpenFile> {
        let known = self.files.get_mut(&number)?;
        known.blobs -= 1;
        if known.blobs > 0 {
            return None;
        }
        let known = self.files.remove(&number)?;
        // Its name may have been given to another number since.
        if self.numbers.get(&known.name) == Some(&number) {
            self.numbers.remove(&known.name);
        }
        self.held -= usize::from(known.is_held);
        self.recent.retain(|other| *other != number);
        known.open
    }

    pub(super) fn number(&self, name: Name) -> Option<u64> {
        self.numbers.get(&name).copied()
    }

    pub(super) fn name(&self, number: u64) -> Option<Name> {
        self.files.get(&number).map(|known| known.name)
    }

    /// The open file, which is now the last to be closed.
    pub(super) fn open(&mut self, number: u64) -> Option<OpenFile> {
        let known = self.files.get(&number)?;
        let open = known.open.clone()?;
        if !known.is_held {
            self.recent.retain(|other| *other != number);
            self.recent.push_back(number);
        }
        Some(open)
    }

    /// It was opened. What is to be closed for it is given back.
    pub(super) fn opened(&mut self, number: u64, file: OpenFile) -> Option<OpenFile> {
        let known = self.files.get_mut(&number)?;
        if known.open.is_some() {
            return Some(file);
        }
        known.open = Some(file);
        self.recent.push_back(number);
        if self.recent.len() <= Self::RECENT_MAX {
            return None;
        }
        let oldest = self.recent.pop_front()?;
        self.files.get_mut(&oldest)?.open.take()
    }

    /// It stays open from now on. `false`: too many do already.
    pub(super) fn hold(&mut self, number: u64, file: OpenFile, most: usize) -> bool {
        let held = self.held;
        let Some(known) = self.files.get_mut(&number) else { return true };
        if known.is_held {
            return true;
        }
        if held >= most {
            return false;
        }
        known.is_held = true;
        known.open.get_or_insert(file);
        self.recent.retain(|other| *other != number);
        self.held += 1;
        true
    }

    /// Its name is gone: a file that gets that name is another one.
    pub(super) fn forget_name(&mut self, name: Name) {
        self.numbers.remove(&name);
    }

    pub(super) fn blobs(&self) -> u64 {
        self.files.values().map(|known| known.blobs).sum()
    }
}
