//! The files that blobs of this process are in.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::super::bytes::OpenFile;
use super::super::part::Part;
use crate::key::Key;
use crate::medium::{Descriptor, Descriptors};

/// A file of an archive that has blobs.
pub(crate) type Name = (Part, Key);

/// The files that blobs of this process are in, by number. Those that were read last are open.
#[derive(Debug)]
pub(super) struct KnownFiles {
    next: u64,
    numbers: HashMap<Name, u64>,
    files: HashMap<u64, Known>,
    /// Open ones that may be closed, each once; the next to be closed first.
    recent: VecDeque<u64>,
    descriptors: Arc<Descriptors>,
}

#[derive(Debug)]
struct Known {
    name: Name,
    blobs: u64,
    open: Option<Open>,
    /// It stays open: its name is gone, or may go at any time.
    is_held: bool,
}

/// A file that is kept open. It is closed outside of locks.
#[derive(Debug)]
pub(super) struct Open {
    file: OpenFile,
    descriptor: Descriptor,
}

impl KnownFiles {
    /// So many are kept open because they may be read again.
    const RECENT_MAX: usize = 64;

    pub(super) fn new(descriptors: Arc<Descriptors>) -> Self {
        let (numbers, files, recent) = (HashMap::new(), HashMap::new(), VecDeque::new());
        Self { next: 0, numbers, files, recent, descriptors }
    }

    /// How many files may be kept open.
    pub(super) fn most(&self) -> u64 {
        self.descriptors.most()
    }

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

    /// One blob less. What is to be closed is given back.
    pub(super) fn leave(&mut self, number: u64) -> Option<Open> {
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
        self.recent.retain(|other| *other != number);
        known.open
    }

    pub(super) fn number(&self, name: Name) -> Option<u64> {
        self.numbers.get(&name).copied()
    }

    pub(super) fn name(&self, number: u64) -> Option<Name> {
        self.files.get(&number).map(|known| known.name)
    }

    /// Those that do not stay open whatever happens.
    pub(super) fn loose(&self) -> Vec<Name> {
        self.files.values().filter(|known| !known.is_held).map(|known| known.name).collect()
    }

    /// The open file, which is now the last to be closed.
    pub(super) fn open(&mut self, number: u64) -> Option<OpenFile> {
        let known = self.files.get(&number)?;
        let file = known.open.as_ref()?.file.clone();
        if !known.is_held {
            self.recent.retain(|other| *other != number);
            self.recent.push_back(number);
        }
        Some(file)
    }

    /// It was opened, and is kept open if it may be. What is to be closed for it is given back.
    pub(super) fn opened(&mut self, number: u64, file: OpenFile) -> Option<OpenFile> {
        let is_new = self.files.get(&number).is_some_and(|known| known.open.is_none());
        if !is_new {
            return Some(file);
        }
        let is_full = self.recent.len() >= Self::RECENT_MAX;
        // Half of all are left to those that have to stay open, of other archives, too.
        let leaving = self.descriptors.most() / 2;
        let (descriptor, closed) =
            if is_full { self.descriptor_of_another() } else { self.descriptor(leaving) };
        let (Some(descriptor), Some(known)) = (descriptor, self.files.get_mut(&number)) else {
            return Some(file);
        };
        known.open = Some(Open { file, descriptor });
        self.recent.push_back(number);
        closed
    }

    /// If it is open it stays so from now on; `false`: it is not.
    pub(super) fn hold_open(&mut self, number: u64) -> bool {
        let Some(known) = self.files.get_mut(&number).filter(|known| known.open.is_some()) else {
            return false;
        };
        if !known.is_held {
            known.is_held = true;
            self.recent.retain(|other| *other != number);
        }
        true
    }

    /// It stays open from now on; `false`: too many do already. What is to be closed for it is given back.
    pub(super) fn hold(&mut self, number: u64, file: OpenFile) -> (bool, Option<OpenFile>) {
        if self.hold_open(number) || !self.files.contains_key(&number) {
            return (true, Some(file));
        }
        let (descriptor, closed) = self.descriptor(0);
        let (Some(descriptor), Some(known)) = (descriptor, self.files.get_mut(&number)) else {
            return (false, Some(file));
        };
        (known.open, known.is_held) = (Some(Open { file, descriptor }), true);
        (true, closed)
    }

    /// Its name is gone: a file that gets that name is another one.
    pub(super) fn forget_name(&mut self, name: Name) {
        self.numbers.remove(&name);
    }

    pub(super) fn blobs(&self) -> u64 {
        self.files.values().map(|known| known.blobs).sum()
    }

    /// The right to keep one more file open, if so many are left after it; if need be, that of one that may be closed.
    fn descriptor(&mut self, leaving: u64) -> (Option<Descriptor>, Option<OpenFile>) {
        match self.descriptors.take(leaving) {
            Some(descriptor) => (Some(descriptor), None),
            None => self.descriptor_of_another(),
        }
    }

    fn descriptor_of_another(&mut self) -> (Option<Descriptor>, Option<OpenFile>) {
        let oldest = self.recent.pop_front();
        let known = oldest.and_then(|oldest| self.files.get_mut(&oldest));
        let open = known.and_then(|known| known.open.take());
        open.map_or((None, None), |open| (Some(open.descriptor), Some(open.file)))
    }
}
