//! The real directory of a journal, with its syncs counted.

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use forebay_journal::disk::{Directory, DiskFile, Pages, RealDirectory};

#[derive(Debug)]
pub(crate) struct CountingDirectory {
    real: RealDirectory,
    syncs: Arc<AtomicU64>,
}

#[derive(Debug)]
struct CountingFile {
    real: Arc<dyn DiskFile>,
    syncs: Arc<AtomicU64>,
}

impl CountingDirectory {
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self { real: RealDirectory::open(folder)?, syncs: Arc::default() })
    }

    pub(crate) fn syncs(&self) -> u64 {
        self.syncs.load(Ordering::Relaxed)
    }

    fn counted(&self, real: Arc<dyn DiskFile>) -> Arc<dyn DiskFile> {
        Arc::new(CountingFile { real, syncs: Arc::clone(&self.syncs) })
    }
}

impl Directory for CountingDirectory {
    fn list(&self) -> io::Result<Vec<String>> {
        self.real.list()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        Ok(self.counted(self.real.create(name)?))
    }

    fn open(&self, name: &str, to_write: bool) -> io::Result<Arc<dyn DiskFile>> {
        Ok(self.counted(self.real.open(name, to_write)?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.real.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.real.remove(name)
    }

    fn sync(&self) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::Relaxed);
        self.real.sync()
    }

    fn lock(&self, name: &str) -> forebay_store::Result<Box<dyn Debug + Send + Sync>> {
        self.real.lock(name)
    }

    fn describe(&self) -> String {
        self.real.describe()
    }
}

impl DiskFile for CountingFile {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        self.real.read_at(bytes, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.real.write_at(bytes, offset)
    }

    fn pages(&self) -> Option<Box<dyn Pages>> {
        self.real.pages()
    }

    fn sync(&self) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::Relaxed);
        self.real.sync()
    }

    fn will_be_read(&self) {
        self.real.will_be_read();
    }

    fn was_read(&self, end: u64) {
        self.real.was_read(end);
    }

    fn len(&self) -> io::Result<u64> {
        self.real.len()
    }
}
