//! One of a medium's directories.

use std::fmt;
use std::sync::Arc;

use forebay_journal::disk::{DiskFile, are_files_used_up};
use forebay_store::seam::Clock;
use forebay_store::sync::{Mutex, MutexGuard};
use forebay_store::{ByteSize, Error, ErrorKind, Result, Seams};

use super::builder::Chosen;
use super::cell_writing::CellWriting;
use super::cells;
use super::descriptors::{Descriptor, Descriptors};
use super::failure::{failed, full, used_up};
use super::large::LargeWriting;
use super::open_file::OpenFile;
use super::opened::Opened;
use super::packs::Taken;
use super::session::Session;
use super::spares::Spare;
use super::stock::Stock;
use crate::event::Event;
use crate::medium::breaker::Breaker;
use crate::medium::teller::Teller;
use crate::medium::{PartUsage, Place, Reading, Writing};

/// One of a medium's directories. It is locked only for what is in memory.
pub(super) struct Site {
    part: u32,
    name: Arc<str>,
    // Files first: what they take is free before the session's folder goes.
    stock: Mutex<Stock>,
    breaker: Mutex<Breaker>,
    descriptors: Arc<Descriptors>,
    clock: Arc<dyn Clock>,
    teller: Arc<Teller>,
    session: Session,
    /// Where it is, for messages.
    place: String,
    /// Payloads up to this length are in cells.
    small_max: u64,
}

/// How the right to have a file open is taken.
type Take = fn(&Arc<Descriptors>) -> Option<Descriptor>;

impl Site {
    pub(super) fn open(
        part: u32,
        chosen: &Chosen,
        small_max: u64,
        spares_max: usize,
        descriptors: &Arc<Descriptors>,
        teller: &Arc<Teller>,
        seams: &Seams,
    ) -> Result<Self> {
        let session = Session::begin(&chosen.directory, seams)?;
        let stock = Stock::new(chosen.quota.now(&*chosen.directory)?, spares_max);
        Ok(Self {
            part,
            name: chosen.directory.describe().into(),
            stock: Mutex::new(stock),
            breaker: Mutex::new(Breaker::after(3)),
            descriptors: Arc::clone(descriptors),
            clock: Arc::clone(&seams.clock),
            teller: Arc::clone(teller),
            place: session.describe(),
            session,
            small_max,
        })
    }

    pub(super) fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        if let Some(length) = length.filter(|length| *length <= self.small_max) {
            return Ok(Box::new(self.begin_cell(length)?));
        }
        if let Some(large) = LargeWriting::begin(self, length)? {
            return Ok(Box::new(large));
        }
        // As many files are open as may be, so it shares one.
        let length = length.ok_or_else(|| self.used_up())?;
        Ok(Box::new(self.begin_cell(length)?))
    }

    fn begin_cell(&self, length: u64) -> Result<CellWriting<'_>> {
        let size = cells::size_for(length).ok_or_else(|| self.used_up())?;
        // Others may take what was made way for, but not always.
        for _ in 0..16 {
            let taken = self.stock().take_cell(size);
            match taken {
                Taken::Cell(cell, file) => return Ok(CellWriting::of(self, file, cell)),
                Taken::NoRoom if self.trim() => {}
                Taken::NoRoom => break,
                Taken::NoPack => {
                    let file =
                        self.made(Descriptors::take_for_pack)?.ok_or_else(|| self.used_up())?;
                    self.stock().add_pack(file, size);
                }
            }
        }
        Err(self.full(size))
    }

    pub(super) fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        let file = self.stock().file(place.file);
        let file = file.ok_or_else(|| Error::corrupt(format!("{place:?} is no place")))?;
        Ok(Box::new(Opened::of(file, place)))
    }

    pub(super) fn free(&self, place: Place) {
        let closed = self.stock().leave(place.file, place.at);
        drop(closed);
    }

    /// The same, if no file is to be closed after it.
    pub(super) fn free_now(&self, place: Place) -> bool {
        let mut stock = self.stock();
        let is_now = !stock.closes_with(place.file);
        if is_now {
            let closed = stock.leave(place.file, place.at);
            debug_assert!(closed.is_empty(), "no file is closed under the lock");
        }
        is_now
    }

    pub(super) fn nameable(&self, place: Place) -> Option<Arc<dyn DiskFile>> {
        self.stock().nameable(place.file, place.length)
    }

    /// Gives up what is kept to be used again. `false`: there was nothing.
    pub(super) fn trim(&self) -> bool {
        let spares = self.stock().give_up_spares();
        !spares.is_empty()
    }

    pub(super) fn usage(&self) -> PartUsage {
        let is_left = self.is_left();
        let stock = self.stock();
        let (bytes, quota, blobs) = (stock.bytes(), stock.quota(), stock.blobs());
        PartUsage { name: self.name.to_string(), bytes, quota, blobs, is_left }
    }

    /// What it takes, and may take at most.
    pub(super) fn fill(&self) -> (u64, Option<u64>) {
        let stock = self.stock();
        (stock.bytes(), stock.quota())
    }

    pub(super) fn is_left(&self) -> bool {
        let now = self.clock.now();
        self.breaker.lock().is_open(now)
    }

    pub(super) fn stock(&self) -> MutexGuard<'_, Stock> {
        self.stock.lock()
    }

    pub(super) fn place(&self, file: u64, at: u64, length: u64) -> Place {
        Place { part: self.part, file, at, length }
    }

    /// A file that takes so much or a little more, and whose blob is gone.
    pub(super) fn spare(&self, room: u64) -> Option<Spare> {
        self.stock().spare(room)
    }

    /// A new file, for which so much is taken. `None`: there are as many as may be.
    pub(super) fn new_file(&self, room: u64) -> Result<Option<Arc<OpenFile>>> {
        self.grow(room)?;
        let made = self.made(Descriptors::take_for_large);
        if !matches!(made, Ok(Some(_))) {
            self.stock().shrink(room);
        }
        made
    }

    /// Takes so much more. What is only kept goes before anybody is told that there is no room.
    pub(super) fn grow(&self, bytes: u64) -> Result<()> {
        if self.stock().grow(bytes) || (self.trim() && self.stock().grow(bytes)) {
            return Ok(());
        }
        Err(self.full(bytes))
    }

    /// A new file, for which `take` has the right.
    fn made(&self, take: Take) -> Result<Option<Arc<OpenFile>>> {
        match self.try_made(take) {
            Ok(None) if self.trim() => self.try_made(take),
            Err(error) if error.kind() == ErrorKind::Busy && self.trim() => self.try_made(take),
            made => made,
        }
    }

    fn try_made(&self, take: Take) -> Result<Option<Arc<OpenFile>>> {
        let Some(descriptor) = take(&self.descriptors) else { return Ok(None) };
        let created = match self.session.create() {
            Err(error) if are_files_used_up(&error) => return Ok(None),
            created => created.map_err(|error| failed("make a file in", &self.place, error)),
        };
        let (file, can_be_named) = self.noted(created)?;
        Ok(Some(OpenFile::of(file, can_be_named, Arc::clone(&self.name), descriptor)))
    }

    fn full(&self, bytes: u64) -> Error {
        let (quota, is_news) = {
            let mut stock = self.stock();
            (stock.quota(), stock.is_newly_full())
        };
        if is_news {
            self.tell_full(quota.map(ByteSize::bytes));
        }
        full(&self.name, bytes, quota.unwrap_or(u64::MAX))
    }

    fn tell_disk_full(&self) {
        let is_news = self.stock().is_disk_newly_full();
        if is_news {
            self.tell_full(None);
        }
    }

    fn tell_full(&self, quota: Option<ByteSize>) {
        self.teller.tell(Event::QuotaReached { part: Arc::clone(&self.name), quota });
    }

    fn used_up(&self) -> Error {
        used_up(&self.name, self.descriptors.most())
    }

    /// Notes whether the directory fails. That its quota is reached is no failure.
    pub(super) fn noted<T>(&self, result: Result<T>) -> Result<T> {
        if let Err(error) = &result {
            self.failed(error);
        }
        result
    }

    #[cold]
    fn failed(&self, error: &Error) {
        match error.kind() {
            ErrorKind::Unavailable => {}
            // Within its quota: so it is the file system, and the quota says nothing of what is free.
            ErrorKind::Busy => self.tell_disk_full(),
            _ => return,
        }
        let now = self.clock.now();
        let is_left = self.breaker.lock().failed(now);
        if is_left {
            let (part, error) = (Arc::clone(&self.name), error.clone());
            self.teller.tell(Event::DirectoryLeft { part, error });
        }
    }

    /// A blob was written whole.
    pub(super) fn succeeded(&self) {
        let was_left = self.breaker.lock().succeeded();
        if was_left {
            self.teller.tell(Event::DirectoryBack { part: Arc::clone(&self.name) });
        }
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("usage", &self.usage()).finish_non_exhaustive()
    }
}
