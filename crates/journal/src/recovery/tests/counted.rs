//! A directory that counts the bytes that are read from it.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use forebay_store::Result;

use crate::disk::simulated::SimulatedDisk;
use crate::disk::{Directory, DiskFile};

/// It, around another one.
#[derive(Debug)]
pub(super) struct Counted {
    inner: Arc<dyn Directory>,
    tally: Arc<Tally>,
}

#[derive(Debug)]
struct CountedFile {
    inner: Arc<dyn DiskFile>,
    tally: Arc<Tally>,
}

#[derive(Debug, Default)]
pub(super) struct Tally {
    read: AtomicU64,
    /// The highest end of what nobody needs any more, of any file.
    forgotten: AtomicU64,
    /// Whoever reads now panics.
    pub(super) is_broken: AtomicBool,
}

impl Tally {
    pub(super) fn read(&self) -> u64 {
        self.read.load(Ordering::SeqCst)
    }

    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::SeqCst)
    }
}

impl Counted {
    pub(super) fn of(disk: &SimulatedDisk) -> (Arc<dyn Directory>, Arc<Tally>) {
        let tally = Arc::<Tally>::default();
        let counted = Self { inner: disk.directory("a"), tally: Arc::clone(&tally) };
        (Arc::new(counted), tally)
    }
}

impl Directory for Counted {
    fn list(&self) -> io::Result<Vec<String>> {
        self.inner.list()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        self.inner.create(name)
    }

    fn open(&self, name: &str, to_write: bool) -> io::Result<Arc<dyn DiskFile>> {
        let inner = self.inner.open(name, to_write)?;
        Ok(Arc::new(CountedFile { inner, tally: Arc::clone(&self.tally) }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.inner.remove(name)
    }

    fn sync(&self) -> io::Result<()> {
        self.inner.sync()
    }

    fn lock(&self, name: &str) -> Result<Box<dyn Debug + Send + Sync>> {
        self.inner.lock(name)
    }

    fn describe(&self) -> String {
        self.inner.describe()
    }
}

impl DiskFile for CountedFile {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        assert!(!self.tally.is_broken.load(Ordering::SeqCst), "the disk's driver is broken");
        let read = self.inner.read_at(bytes, offset)?;
        self.tally.read.fetch_add(read as u64, Ordering::SeqCst);
        Ok(read)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.inner.write_at(bytes, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.inner.sync()
    }

    fn was_read(&self, end: u64) {
        self.tally.forgotten.fetch_max(end, Ordering::SeqCst);
    }

    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }
}
