//! The blobs of an archive, to be read.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::{Error, Result};

use super::super::bytes::{Bytes, OpenFile};
use super::super::files::Files;
use super::super::part::Part;
use super::super::seat::Sitting;
use super::known_files::{KnownFiles, Name};
use crate::blob::Head;
use crate::lanes::Lanes;
use crate::medium::{Descriptors, Medium, MediumTraits, Place, Reading, Usage, Writing};
use crate::slot::Blob;

/// The blobs of an archive, as a medium that is only read. Giving a place back removes nothing.
pub(crate) struct ArchiveMedium {
    files: Mutex<Arc<Files>>,
    known: Mutex<KnownFiles>,
    /// The archive was closed, and files of blobs could be lost to another owner: so there is none.
    owned: Mutex<Option<Sitting>>,
}

impl ArchiveMedium {
    pub(crate) fn of(files: Arc<Files>, descriptors: Arc<Descriptors>) -> Arc<Self> {
        let known = Mutex::new(KnownFiles::new(descriptors));
        Arc::new(Self { files: Mutex::new(files), known, owned: Mutex::default() })
    }

    /// The archive was opened again: it is the same medium for all blobs, so that whoever removes a file
    /// knows who is in it.
    pub(crate) fn reopened(&self, files: &Arc<Files>) {
        let before = std::mem::replace(&mut *self.files.lock(), Arc::clone(files));
        drop(before);
        self.was_left(None);
    }

    /// The archive was closed. `owned` is given up with the last blob, or when it is opened again.
    pub(crate) fn was_left(&self, owned: Option<Sitting>) {
        let before = std::mem::replace(&mut *self.owned.lock(), owned);
        drop(before);
    }

    pub(crate) fn files(&self) -> Arc<Files> {
        Arc::clone(&self.files.lock())
    }

    /// A blob that is in a file of the archive.
    pub(crate) fn blob(
        self: &Arc<Self>,
        name: Name,
        at: u64,
        head: Head,
        lanes: &Arc<Lanes>,
    ) -> Arc<Blob> {
        let file = self.known.lock().enter(name);
        let length = u64::from(head.offset) + head.stored;
        let place = Place { part: name.0 as u32, file, at, length };
        let medium = Arc::clone(self) as Arc<dyn Medium>;
        let blob = Blob::new(medium, place, head, lanes);
        blob.set_named();
        blob
    }

    /// The file of a blob is open already.
    pub(crate) fn is_open(&self, blob: &Blob, file: OpenFile) {
        let closed = self.known.lock().opened(blob.place.file, file);
        drop(closed);
    }

    /// Keeps a file open for those who have blobs in it, so that its name can go. `Busy` if too many are.
    /// `false`: nobody has a blob in a file of that name, or there is none.
    pub(crate) fn hold(&self, name: Name) -> Result<bool> {
        let mut known = self.known.lock();
        let Some(number) = known.number(name) else { return Ok(false) };
        if known.hold_open(number) {
            return Ok(true);
        }
        drop(known);
        let file = self.files().folder(name.0).open(&name.1.to_string())?;
        // Its name may be gone already, although it is open still.
        let Some(file) = file.or_else(|| self.known.lock().open(number)) else { return Ok(false) };
        let (is_held, closed) = self.known.lock().hold(number, file);
        drop(closed);
        if is_held {
            return Ok(true);
        }
        let (most, key) = (self.known.lock().most(), name.1);
        let message = format!("{key} is in use, and {most} files are kept open already");
        Err(Error::busy(message, Duration::from_secs(1)))
    }

    /// Keeps all files open that have blobs. `false`: not all can be.
    pub(crate) fn hold_all(&self) -> bool {
        let known = self.known.lock();
        let (loose, most) = (known.loose(), known.most());
        drop(known);
        // If they are certainly too many, none need be opened for it.
        loose.len() as u64 <= most && loose.into_iter().all(|name| self.hold(name).is_ok())
    }

    /// Whether the file of a blob is open, or there. Who claims its name knows then that it stays: whoever
    /// removes it holds it open for the blob.
    pub(crate) fn is_there(&self, blob: &Blob) -> Result<bool> {
        Ok(self.try_open(blob.place.file)?.is_some())
    }

    /// The file of a blob.
    pub(crate) fn name(&self, blob: &Blob) -> Option<Name> {
        self.known.lock().name(blob.place.file)
    }

    /// The name of a file is gone.
    pub(crate) fn forget_name(&self, name: Name) {
        self.known.lock().forget_name(name);
    }

    fn open(&self, number: u64) -> Result<OpenFile> {
        self.try_open(number)?.ok_or_else(|| {
            let name = self.known.lock().name(number);
            let place = name.map(|(part, key)| self.files().folder(part).place(&key.to_string()));
            let place = place.unwrap_or_else(|| "a file of the archive".into());
            Error::unavailable(format!("{place} was removed by somebody else"))
        })
    }

    /// `None`: its name is gone, and it is not open.
    fn try_open(&self, number: u64) -> Result<Option<OpenFile>> {
        let mut known = self.known.lock();
        if let Some(open) = known.open(number) {
            return Ok(Some(open));
        }
        let name = known.name(number);
        drop(known);
        let (part, key) = name.ok_or_else(|| Error::unavailable("no such place in the archive"))?;
        let file = self.files().folder(part).open(&key.to_string())?;
        let Some(file) = file else { return Ok(None) };
        let closed = self.known.lock().opened(number, file.clone());
        drop(closed);
        Ok(Some(file))
    }
}

impl Medium for ArchiveMedium {
    fn traits(&self) -> MediumTraits {
        let (blob_max, piece) = (1 << 40, 1 << 19);
        MediumTraits { blob_max, is_whole: false, piece, has_links: true, memory: 0 }
    }

    fn begin(&self, _length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        Err(Error::unsupported("an archive takes what is kept or committed"))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        let file = self.open(place.file)?;
        Ok(Box::new(Opened { file, place }))
    }

    fn free(&self, place: Place) {
        let closed = self.known.lock().leave(place.file);
        drop(closed);
    }

    fn usage(&self) -> Usage {
        Usage { blobs: self.known.lock().blobs(), ..Usage::default() }
    }

    fn file(&self, place: Place) -> Option<crate::medium::Linkable> {
        if place.at != 0 || place.part == Part::Packs as u32 {
            return None;
        }
        let file = self.open(place.file).ok()?;
        Some(crate::medium::Linkable(Arc::clone(file.file())))
    }
}

struct Opened {
    file: OpenFile,
    place: Place,
}

impl Reading for Opened {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        let end = at.checked_add(into.len() as u64).filter(|end| *end <= self.place.length);
        if end.is_none() {
            return Err(Error::corrupt(format!("{}: a blob ends early", self.file.place())));
        }
        self.file.read_at(self.place.at + at, into)
    }
}

impl fmt::Debug for ArchiveMedium {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveMedium").field("files", &self.files()).finish_non_exhaustive()
    }
}
