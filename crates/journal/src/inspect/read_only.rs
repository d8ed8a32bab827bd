//! Directories that can only be read, and that say how far the reading has come.

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use forebay_store::Error;

use crate::disk::{Directories, Directory, DiskFile, Place};
use crate::format::segment;

/// Another directory, of which nothing can be changed through this one.
struct ReadOnly {
    inner: Arc<dyn Directory>,
    /// What the segments before each segment hold together.
    starts: BTreeMap<String, u64>,
    progress: Arc<Progress>,
}

struct Progress {
    done: AtomicU64,
    total: u64,
    tell: Box<dyn Fn(u64, u64) + Send + Sync>,
}

struct WatchedFile {
    inner: Arc<dyn DiskFile>,
    start: u64,
    progress: Arc<Progress>,
}

/// The same directories, of which nothing can be changed through these. As reads go on, `tell` gets
/// the bytes of segments that have been passed and the bytes of all.
///
/// # Errors
///
/// What the disk says when it is asked for names and lengths.
pub fn read_only(
    directories: impl Into<Directories>,
    tell: impl Fn(u64, u64) + Send + Sync + 'static,
) -> io::Result<Directories> {
    let directories = directories.into();
    let mut segments = Vec::new();
    for (place, directory) in directories.each() {
        let names = directory.list()?.into_iter();
        let names = names.filter(|name| segment::number(name).is_some());
        segments.extend(names.map(|name| (name, place, directory)));
    }
    segments.sort_unstable_by(|one, two| one.0.cmp(&two.0));
    let (mut first, mut second, mut total) = (BTreeMap::new(), BTreeMap::new(), 0);
    for (name, place, directory) in segments {
        let length = match directory.open(&name, false) {
            Ok(file) => file.len()?,
            // Its owner has retired it meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if place == Place::First { &mut first } else { &mut second }.insert(name, total);
        total += length;
    }
    let progress = Arc::new(Progress { done: AtomicU64::new(0), total, tell: Box::new(tell) });
    let over = |inner: &Arc<dyn Directory>, starts| {
        let (inner, progress) = (Arc::clone(inner), Arc::clone(&progress));
        Arc::new(ReadOnly { inner, starts, progress })
    };
    let watched = Directories::from(over(directories.first(), first));
    Ok(match directories.second() {
        Some(inner) => watched.with_second(over(inner, second)),
        None => watched,
    })
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "this journal is only read")
}

impl Directory for ReadOnly {
    fn list(&self) -> io::Result<Vec<String>> {
        self.inner.list()
    }

    fn create(&self, _: &str) -> io::Result<Arc<dyn DiskFile>> {
        Err(refused())
    }

    fn open(&self, name: &str, to_write: bool) -> io::Result<Arc<dyn DiskFile>> {
        if to_write {
            return Err(refused());
        }
        let inner = self.inner.open(name, false)?;
        let Some(start) = self.starts.get(name) else { return Ok(inner) };
        let progress = Arc::clone(&self.progress);
        Ok(Arc::new(WatchedFile { inner, start: *start, progress }))
    }

    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        Err(refused())
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        Err(refused())
    }

    fn sync(&self) -> io::Result<()> {
        Err(refused())
    }

    fn lock(&self, _: &str) -> forebay_store::Result<Box<dyn Debug + Send + Sync>> {
        Err(Error::unsupported("this journal is only read"))
    }

    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn create_unnamed(&self) -> io::Result<Option<Arc<dyn DiskFile>>> {
        Err(refused())
    }

    fn link(&self, _: &Arc<dyn DiskFile>, _: &str) -> io::Result<bool> {
        Err(refused())
    }
}

impl DiskFile for WatchedFile {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let read = self.inner.read_at(bytes, offset)?;
        self.progress.pass(self.start + offset + read as u64);
        Ok(read)
    }

    fn write_at(&self, _: &[u8], _: u64) -> io::Result<usize> {
        Err(refused())
    }

    fn sync(&self) -> io::Result<()> {
        Err(refused())
    }

    fn will_be_read(&self) {
        self.inner.will_be_read();
    }

    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }
}

impl Progress {
    fn pass(&self, place: u64) {
        let place = place.min(self.total);
        let done = self.done.fetch_max(place, Ordering::Relaxed).max(place);
        (self.tell)(done, self.total);
    }
}

impl Debug for ReadOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadOnly").field(&self.inner).finish()
    }
}

impl Debug for WatchedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WatchedFile").field(&self.inner).finish()
    }
}
