//! Brings a place of `file_backed` into an archive.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use forebay_store::{Error, ErrorKind, Op, Result};

use super::damage::Damage;
use super::persisted::{Persisted, decode};
use super::progress::Progress;
use super::report::{Refusal, Report};
use crate::archive::{Archive, errand};
use crate::budget::Room;
use crate::codec::BlobCodec;
use crate::handle::{Handle, Reserving, insert_as};
use crate::inner::Inner;
use crate::key::Key;
use crate::object::Object;
use crate::slot::weigh;

/// Brings a place of `file_backed` into an archive. Each object keeps its key.
///
/// It refuses a place in which something is damaged before it keeps or commits anything, and the error's
/// source is a [`Refusal`] with the report; unless it is told to [keep what is good](Self::keep_what_is_good).
/// What is in the archive already is not read again, so an import that was cut off goes on where it was. Only the key
/// and the type are compared: an object of that key and type with another content counts as present, and stays as the
/// archive has it. An import that [verifies](Self::verified_by) reports it.
///
/// The objects go through the archive's pool, one after another and counted in its memory. Objects of a place
/// have one type; if there are several, [`only`](Self::only) says which are of this one.
///
/// ```
/// # fn main() -> forebay_store::Result<()> {
/// # let place = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/file_backed-0.6.14/texts");
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("archive");
/// use forebay_pool::file_backed::{Import, Persisted};
/// use forebay_pool::{Bincode1, ByteSize, Handle, Pool};
///
/// let pool = Pool::builder().memory(ByteSize::mib(64)).build()?;
/// let archive = pool.archive(path).wait()?;
/// let place = Persisted::open(place)?;
/// let key = place.keys()[0];
/// let report = Import::<String>::of(place).written_by(&Bincode1).keep_in(&archive).wait()?;
/// assert_eq!((report.found, report.taken), (3, 3));
///
/// let text: Handle<String> = archive.open(key).wait()?; // under the key that it had
/// # drop(text);
/// # Ok(())
/// # }
/// ```
pub struct Import<T: Object> {
    pub(super) from: Persisted,
    codec: &'static dyn BlobCodec<T>,
    pub(super) only: Box<dyn FnMut(Key) -> bool + Send>,
    tell: Box<dyn FnMut(Progress) -> ControlFlow<()> + Send>,
    pub(super) is_same: Option<IsSame<T>>,
    pub(super) keeps_good: bool,
}

/// Whether two values are the same.
pub(super) type IsSame<T> = Box<dyn FnMut(&T, &T) -> bool + Send>;

impl<T: Object> Import<T> {
    /// Of all objects of a place, which were written by the type's own codec.
    pub fn of(from: Persisted) -> Self {
        let (only, tell) = (Box::new(|_| true), Box::new(|_| ControlFlow::Continue(())));
        Self { from, codec: T::CODEC, only, tell, is_same: None, keeps_good: false }
    }

    /// Which codec has written them, if it is another than the one that writes them from now on:
    /// [`Bincode1`](crate::Bincode1) for `BinCodec`, `Prost` for `ProstCodec`, [`Whole`](crate::Whole)
    /// around one of your own.
    pub fn written_by(self, codec: &'static dyn BlobCodec<T>) -> Self {
        Self { codec, ..self }
    }

    /// Which objects. The others are counted as left.
    pub fn only(self, is_wanted: impl FnMut(Key) -> bool + Send + 'static) -> Self {
        Self { only: Box::new(is_wanted), ..self }
    }

    /// Calls `tell` before each object with how far it is. If `tell` breaks it off, the import is
    /// [`Aborted`](ErrorKind::Aborted): what was kept by then stays, and nothing is committed.
    pub fn progress(self, tell: impl FnMut(Progress) -> ControlFlow<()> + Send + 'static) -> Self {
        Self { tell: Box::new(tell), ..self }
    }

    /// When all are in the archive, reads each once more from the place and from there, also those that were there
    /// before, and compares the two values. One that is another is damaged, and stays as the archive has it: then
    /// the error says so although all was kept or committed. One of the archive that is in memory is compared as it is
    /// there: the archive is read for the others. The two are in the pool's memory at once, so several imports that
    /// compare in one pool need room for as many pairs, or one waits for another until it is `Busy`.
    ///
    /// A file of `file_backed` has no checksum, so this is no proof that it is as it was written.
    pub fn verified_by(self, is_same: impl FnMut(&T, &T) -> bool + Send + 'static) -> Self {
        Self { is_same: Some(Box::new(is_same)), ..self }
    }

    /// Takes what can be read, and only counts the rest as damaged: also an object that is larger than the
    /// pool's memory, or that the archive has with another type.
    pub fn keep_what_is_good(self) -> Self {
        Self { keeps_good: true, ..self }
    }

    /// Reads and decodes all objects, keeps nothing, and says what is damaged. It blocks, and is not counted
    /// in any pool's memory: the largest object is in memory once.
    ///
    /// # Errors
    ///
    /// `Aborted` if [`progress`](Self::progress) breaks it off; `Busy` if there is no memory for an object; `Unavailable` if the
    /// disk fails under a redb database.
    pub fn check(&mut self) -> Result<Report> {
        self.check_in(None)
    }

    fn check_in(&mut self, to: Option<&Archive>) -> Result<Report> {
        let mut report = Report::of(&self.from);
        for (number, key) in (0..).zip(self.from.keys().to_vec()) {
            self.told(number, &report)?;
            if !(self.only)(key) {
                report.left += 1;
            } else if let Some(to) = to
                && to.contains(key).wait()?
            {
                report.present += 1;
            } else {
                self.value(to.map(Archive::pool), &mut report, key)?;
            }
        }
        Ok(report)
    }

    /// [Keeps](Archive::keep) each of the objects. One at a time is in memory. If it is cut off, those that were
    /// kept stay.
    ///
    /// # Errors
    ///
    /// `Corrupt` if something is damaged and nothing was kept, or if what was kept is not the same; `Aborted`; `Refused` if an object is larger
    /// than the pool's memory; `Invalid` if the archive has one with another type; `Unavailable` if the redb
    /// database cannot be read any more; those of [`Archive::keep`].
    ///
    /// # Cancel safety
    ///
    /// See [`Archive`]: once it has begun, it goes on although the operation is dropped.
    pub fn keep_in(mut self, archive: &Archive) -> Op<Report> {
        let to = archive.clone();
        errand(&archive.pool().lanes, move || {
            if !self.keeps_good {
                refuse(self.check_in(Some(&to))?)?;
            }
            let report = self.bring(&to, &mut |_, object| to.keep(&object).wait().map(drop))?;
            let report = self.verified(&to, report)?;
            if self.keeps_good { Ok(report) } else { refuse(report) }
        })
    }

    /// [Commits](Archive::commit) all objects under one name, all or nothing, each named by its key. What does
    /// not fit into the pool's memory until then is spilled, so the pool needs a medium for more than that.
    ///
    /// # Errors
    ///
    /// `Corrupt` if something is damaged, and nothing was committed, or if what was is not the same; those of [`keep_in`](Self::keep_in) and
    /// of [`Archive::commit`]; `Busy` if the pool has no room for them and no medium, or may not have so many objects.
    ///
    /// # Cancel safety
    ///
    /// See [`Archive`]: once it has begun, it goes on although the operation is dropped.
    pub fn commit_to(mut self, archive: &Archive, snapshot: &str) -> Op<Report> {
        let (to, snapshot) = (archive.clone(), snapshot.to_owned());
        errand(&archive.pool().lanes, move || {
            let mut items = Vec::new();
            let report = self.bring(&to, &mut |key, object| {
                items.push((key.to_string(), object.item()));
                Ok(())
            })?;
            let report = if self.keeps_good { report } else { refuse(report)? };
            to.commit(&snapshot, items).wait()?;
            let report = self.verified(&to, report)?;
            if self.keeps_good { Ok(report) } else { refuse(report) }
        })
    }

    /// Makes an object of each that can be read, and hands it on.
    fn bring(
        &mut self,
        to: &Archive,
        take: &mut dyn FnMut(Key, Handle<T>) -> Result<()>,
    ) -> Result<Report> {
        let mut report = Report::of(&self.from);
        for (number, key) in (0..).zip(self.from.keys().to_vec()) {
            self.told(number, &report)?;
            if !(self.only)(key) {
                report.left += 1;
                continue;
            }
            let there = match to.find(key).wait() {
                // It is there with another type.
                Err(error) if self.keeps_good && error.kind() == ErrorKind::Invalid => {
                    self.damaged(&mut report, key, error);
                    continue;
                }
                there => there?,
            };
            if let Some(there) = there {
                report.present += 1;
                take(key, there)?;
            } else if let Some(object) = self.object(to.pool(), &mut report, key)? {
                take(key, object)?;
                report.taken += 1;
            }
        }
        Ok(report)
    }

    /// The object of a key, under this key; `None` if it cannot be read.
    fn object(
        &self,
        pool: &Arc<Inner>,
        report: &mut Report,
        key: Key,
    ) -> Result<Option<Handle<T>>> {
        let Some((value, Some(mut room))) = self.value(Some(pool), report, key)? else {
            return Ok(None);
        };
        let lack = weigh(&value)?.saturating_sub(room.size().as_bytes());
        if lack > 0 {
            match Reserving::begin(pool, lack).wait() {
                Ok(more) => room.join(more),
                Err(error) => return self.too_large(report, key, error).map(|()| None),
            }
        }
        Ok(Some(insert_as(pool, room, Some(key), value)?))
    }

    /// The value of a key, with room of the pool if there is one; `None` if it cannot be read.
    pub(super) fn value(
        &self,
        pool: Option<&Arc<Inner>>,
        report: &mut Report,
        key: Key,
    ) -> Result<Option<(T, Option<Room>)>> {
        let (mut value, mut failed) = (None, None);
        let read = self.from.show(key, &mut |bytes| {
            let length = bytes.owed();
            report.bytes += length;
            // The value has about as many bytes; and some codecs need them all beside it.
            let copies = 1 + u64::from(self.codec.needs_whole());
            let room =
                pool.map(|pool| Reserving::begin(pool, length.saturating_mul(copies)).wait());
            match room.transpose() {
                Ok(room) => value = Some((decode(self.codec, bytes)?, room)),
                Err(error) => failed = Some(error),
            }
            Ok(())
        });
        match failed {
            Some(error) => self.too_large(report, key, error).map(|()| None),
            None => self.note(report, key, read).map(|()| value),
        }
    }

    /// What is the object's own fault is noted; what is not is the import's end.
    fn note(&self, report: &mut Report, key: Key, read: Result<()>) -> Result<()> {
        use ErrorKind::{Aborted, Busy, Closed};
        match read {
            Ok(()) => Ok(()),
            Err(error) if matches!(error.kind(), Aborted | Busy | Closed) => Err(error),
            Err(error) if self.from.is_lost(&error) => Err(error),
            Err(error) => {
                self.damaged(report, key, error);
                Ok(())
            }
        }
    }

    /// The pool has no room: one object that is larger than all of it is no reason to leave the others.
    fn too_large(&self, report: &mut Report, key: Key, error: Error) -> Result<()> {
        if !self.keeps_good || error.kind() != ErrorKind::Refused {
            return Err(error);
        }
        self.damaged(report, key, error);
        Ok(())
    }

    pub(super) fn damaged(&self, report: &mut Report, key: Key, error: Error) {
        report.damaged(Damage { key, place: self.from.place_of(key), error });
    }

    pub(super) fn told(&mut self, objects: u64, report: &Report) -> Result<()> {
        let progress = Progress { objects, total: report.found, bytes: report.bytes };
        match (self.tell)(progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                Err(Error::new(ErrorKind::Aborted, "the import was stopped by who was told of it"))
            }
        }
    }
}

fn refuse(report: Report) -> Result<Report> {
    if report.damaged == 0 {
        return Ok(report);
    }
    let message = format!("{} of {} objects are damaged", report.damaged, report.found);
    Err(Error::corrupt(message).with_source(Refusal(report)))
}

impl<T: Object> fmt::Debug for Import<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import")
            .field("from", &self.from)
            .field("type_name", &T::NAME)
            .field("keeps_good", &self.keeps_good)
            .finish_non_exhaustive()
    }
}
