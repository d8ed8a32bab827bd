//! A file of which the changes stay in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::ops::Bound;

use forebay_store::sync::Mutex;
use redb::backends::FileBackend;
use redb::{BackendError, DatabaseError, StorageBackend};

const PAGE: usize = 4096;
type Page = [u8; PAGE];

/// A file of which the changes stay in memory: a database that was not closed is mended there. That takes
/// its free lists and some pages, about a 30,000th of the file.
#[derive(Debug)]
pub(super) struct Overlay {
    file: FileBackend,
    changes: Mutex<Changes>,
}

#[derive(Debug)]
struct Changes {
    length: u64,
    /// What is behind this is not in the file.
    in_file: u64,
    pages: BTreeMap<u64, Box<Page>>,
}

impl Overlay {
    /// Over a file that is open to be read.
    pub(super) fn over(file: File) -> Result<Self, DatabaseError> {
        let file = FileBackend::new(file)?;
        let length = file.len()?;
        let changes = Changes { length, in_file: length, pages: BTreeMap::new() };
        Ok(Self { file, changes: Mutex::new(changes) })
    }

    /// A page as it is in the file; what the file has not is zero.
    fn of_file(&self, number: u64, in_file: u64) -> io::Result<Page> {
        let (mut page, begin) = ([0; PAGE], number * PAGE as u64);
        let there = in_file.saturating_sub(begin).min(PAGE as u64);
        let there = usize::try_from(there).unwrap_or(PAGE);
        if there > 0 {
            self.file.read(begin, &mut page[..there])?;
        }
        Ok(page)
    }
}

/// The pages that so many bytes at `offset` touch, and which part of each they are.
fn parts(offset: u64, length: usize) -> impl Iterator<Item = (u64, std::ops::Range<usize>)> {
    let page = PAGE as u64;
    let end = offset + length as u64;
    (offset / page..end.div_ceil(page)).map(move |number| {
        let begin = number * page;
        let within =
            |at: u64| usize::try_from(at.clamp(begin, begin + page) - begin).unwrap_or(PAGE);
        (number, within(offset)..within(end))
    })
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.changes.lock().length)
    }

    fn read(&self, offset: u64, mut out: &mut [u8]) -> io::Result<()> {
        let changes = self.changes.lock();
        let end = offset.checked_add(out.len() as u64);
        let Some(end) = end.filter(|end| *end <= changes.length) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let first = offset / PAGE as u64;
        let is_changed = changes.pages.range(first..end.div_ceil(PAGE as u64)).next().is_some();
        if !is_changed && end <= changes.in_file {
            drop(changes);
            return self.file.read(offset, out);
        }
        for (number, part) in parts(offset, out.len()) {
            let (into, rest) = out.split_at_mut(part.len());
            match changes.pages.get(&number) {
                Some(page) => into.copy_from_slice(&page[part]),
                None => into.copy_from_slice(&self.of_file(number, changes.in_file)?[part]),
            }
            out = rest;
        }
        Ok(())
    }

    fn write(&self, offset: u64, mut data: &[u8]) -> io::Result<()> {
        let mut changes = self.changes.lock();
        let end = offset + data.len() as u64;
        for (number, part) in parts(offset, data.len()) {
            let (from, rest) = data.split_at(part.len());
            let mut page = match changes.pages.remove(&number) {
                Some(page) => page,
                None => Box::new(self.of_file(number, changes.in_file)?),
            };
            page[part].copy_from_slice(from);
            changes.pages.insert(number, page);
            data = rest;
        }
        changes.length = changes.length.max(end);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut changes = self.changes.lock();
        let (last, within) = (length / PAGE as u64, length % PAGE as u64);
        let mut beyond = changes.pages.split_off(&last);
        if let Some(mut page) = beyond.remove(&last).filter(|_| within > 0) {
            page[usize::try_from(within).unwrap_or(PAGE)..].fill(0);
            changes.pages.insert(last, page);
        }
        changes.in_file = changes.in_file.min(length);
        changes.length = length;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    // Nobody may write to it meanwhile; others may read.

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}
