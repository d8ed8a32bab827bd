//! The journal itself.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use forebay_store::{Durability, Error, Op, Result};

use crate::disk::Directories;
use crate::format::identity::{Identity, LABEL_MAX, Slot};
use crate::frame::Frame;
use crate::loss_bound::LossBound;
use crate::recovery::{Extent, Known, Log, Recovery, read_identity};
use crate::settings::Settings;
use crate::writer::{Files, Leader, Takeover, Writer, draw};

/// A write-ahead log in a directory of its own.
///
/// Handles are cheap to clone; all methods may be called from any thread. Nothing is synced when the
/// last handle is dropped: what was acknowledged at a rung is as safe as that rung says. A job in the
/// background may then still keep the directory for a moment. Opening it meanwhile fails, because this
/// process still owns it. [`close`](Self::close) gives it back before it returns.
///
/// ```
/// use std::sync::Arc;
///
/// use forebay_journal::disk::RealDirectory;
/// use forebay_journal::{Frame, Journal, Settings};
/// use forebay_store::Durability;
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let settings = || Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Settings::default() };
/// let directory = Arc::new(RealDirectory::open(folder.path()).unwrap());
/// let (journal, _) = Journal::open(directory.clone(), settings(), |_, _| Ok(()))?;
/// let number = journal.append(&Frame::of(b"hello")?)?;
/// journal.wait(number, Durability::Synced)?;
/// journal.close()?;
/// drop(journal);
///
/// let mut found = Vec::new();
/// let (_, recovery) = Journal::open(directory, settings(), |number, record| {
///     found.push((number, record.to_vec()));
///     Ok(())
/// })?;
/// assert_eq!(found, [(1, b"hello".to_vec())]);
/// assert!(recovery.was_clean);
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Clone)]
pub struct Journal {
    writer: Arc<Writer>,
}

/// How far a journal has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Position {
    /// The last record that was appended.
    pub appended: u64,
    /// The last record that is with the operating system.
    pub written: u64,
    /// The last record that is on the device.
    pub synced: u64,
}

impl Journal {
    /// Opens the journal in a directory, or in [two](Directories), or makes one, and hands every record that is there to
    /// `replay` with its number, in order.
    ///
    /// What an owner that was killed had not made durable is made durable before this returns.
    /// A torn tail is left where it is, and reported.
    ///
    /// # Errors
    ///
    /// `Unavailable` if it has an owner already (the message names the process) or the disk does not
    /// answer; `Invalid` if the settings or the label do not fit, or if the
    /// second directory is missing or another one's; `Corrupt` if acknowledged records
    /// are missing: the cause is a [`Damage`](crate::Damage), and nothing on disk was changed. An error of `replay`
    /// is passed on.
    pub fn open(
        directories: impl Into<Directories>,
        settings: Settings,
        mut replay: impl FnMut(u64, &[u8]) -> Result<()>,
    ) -> Result<(Self, Recovery)> {
        let mut record = |(): &mut (), number, record: &[u8]| replay(number, record);
        Self::open_with(directories, settings, &mut (), &mut record, |()| Ok(()))
    }

    /// As [`open`](Self::open), for a reader who may have to say no when all was read: `end` comes after the
    /// last record, and until it has said yes nothing on disk is changed. Nothing but the disk stands
    /// in the way after that, so it may also make durable what has to be there before the journal is.
    ///
    /// # Errors
    ///
    /// As there; an error of `end` is passed on, and nothing on disk was changed.
    ///
    /// ```
    /// # use forebay_journal::disk::simulated::SimulatedDisk;
    /// use forebay_journal::{Journal, Settings};
    /// use forebay_store::Error;
    ///
    /// # let disk = SimulatedDisk::new(1);
    /// # let settings = Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Settings::default() };
    /// let mut count = 0;
    /// let record = |count: &mut u64, _: u64, _: &[u8]| {
    ///     *count += 1;
    ///     Ok(())
    /// };
    /// let end = |count: &mut u64| match count {
    ///     0 => Err(Error::invalid("there is nothing in it")),
    ///     _ => Ok(()),
    /// };
    /// let directory = disk.directory("a");
    /// assert!(Journal::open_with(directory, settings, &mut count, record, end).is_err());
    /// assert_eq!(disk.files("a"), ["LOCK"]);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn open_with<R>(
        directories: impl Into<Directories>,
        mut settings: Settings,
        reader: &mut R,
        mut record: impl FnMut(&mut R, u64, &[u8]) -> Result<()>,
        end: impl FnOnce(&mut R) -> Result<()>,
    ) -> Result<(Self, Recovery)> {
        let directories = directories.into();
        settings.check()?;
        debug_assert!(settings.label.len() <= LABEL_MAX, "the settings were checked");
        let locks = directories.each().map(|(_, directory)| directory.lock("LOCK"));
        let locks = locks.collect::<Result<Vec<_>>>()?;
        let known = read_identity(&directories)?;
        let Known { identity, slot, second } = known.unwrap_or_else(|| {
            let (id, label) = (draw(&*settings.seams.random), settings.label.clone());
            let identity = Identity { id, label, second: None };
            Known { identity, slot: Slot::first(), second: None }
        });
        if identity.label != settings.label {
            let message = format!(
                "the journal in {} holds `{}`, not `{}`",
                directories.first().describe(),
                identity.label,
                settings.label
            );
            return Err(Error::invalid(message));
        }
        let mut log = Log::new(directories.clone(), identity, slot)
            .with_help(Arc::clone(&settings.seams.spawn));
        log.read(&mut |number, bytes| record(reader, number, bytes))?;
        let (longest, most) = (log.unproven.longest(), settings.frame_max());
        if longest > most as u64 {
            let message = format!(
                "the journal holds a frame of {longest} bytes that has to be written again, and a \
                 segment of {} takes at most {most}: raise `segment_bytes`",
                settings.segment_bytes
            );
            return Err(Error::invalid(message));
        }
        end(reader)?;
        let identity = log.identity.clone();
        let lengths = std::mem::take(&mut log.lengths);
        let takeover = Takeover { directories, identity, slot, second, locks, lengths };
        let mut files = Files::take_over(takeover, settings.segment_bytes, &settings.seams)?;
        let highest = files_ready(&mut files, &log)?;
        let writer = begin(&mut log, highest, files, settings)?;
        Ok((Self { writer }, log.report))
    }

    /// Accepts a frame and says the number of its last record. It is in memory then, and in the order
    /// of the journal; nothing is written yet, and nothing waits.
    ///
    /// # Errors
    ///
    /// `Busy` if a bound is reached ([`make_room`](Self::make_room) waits for it), `Refused` if the frame
    /// is too long, `Unavailable` once the journal has failed, `Closed` after a close. Nothing
    /// happened then.
    pub fn append(&self, frame: &Frame) -> Result<u64> {
        self.writer.append(frame, false)
    }

    /// As [`append`](Self::append), with the room that is kept for saying what may go.
    #[doc(hidden)]
    pub fn append_own(&self, frame: &Frame) -> Result<u64> {
        self.writer.append(frame, true)
    }

    /// Waits until a frame of this [`length`](Frame::length) would be taken, if nobody else is
    /// quicker. It may write and sync.
    ///
    /// # Errors
    ///
    /// `Busy` if all segments are in use: some must be retired first. Else as
    /// [`append`](Self::append).
    pub fn make_room(&self, length: usize) -> Result<()> {
        self.writer.make_room(length, false)
    }

    /// As [`make_room`](Self::make_room) for [`append_own`](Self::append_own): what is appended again
    /// so that older segments may go has room even where that needs one more than the bound allows.
    #[doc(hidden)]
    pub fn make_room_own(&self, length: usize) -> Result<()> {
        self.writer.make_room(length, true)
    }

    /// Whether a frame of this [`length`](Frame::length) is not taken before something is retired.
    pub(crate) fn is_full_for(&self, length: usize) -> bool {
        self.writer.is_full_for(length)
    }

    /// Blocks until every record up to `number` has reached `rung`. A waiting thread does the work, and all
    /// waiting threads share it.
    ///
    /// # Errors
    ///
    /// `Unknown` if the journal failed: the record may be there when it is opened again.
    pub fn wait(&self, number: u64, rung: Durability) -> Result<()> {
        match rung {
            Durability::Memory => self.check(number),
            Durability::Journaled => self.writer.wait_written(number),
            Durability::Synced => self.writer.wait_synced(number),
            _ => Err(Error::unsupported("a journal has no rung beyond `synced`")),
        }
    }

    /// As [`wait`](Self::wait) for `Synced`. If this thread does the sync, it calls `leader`: for what would else be
    /// done by each of those who wait for the sync, and for what can be done while the device is busy.
    ///
    /// # Errors
    ///
    /// As there.
    #[doc(hidden)]
    pub fn wait_synced_with(&self, number: u64, leader: &mut dyn Leader) -> Result<()> {
        self.writer.wait_synced_with(number, leader)
    }

    /// Waits until this record has reached `rung`, as an operation that may be awaited. See [`wait`](Self::wait).
    ///
    /// For `Synced`, a thread that [waits](Op::wait) for it does the sync or shares one. If the operation is polled,
    /// forwarded, or waited for with a limit, another thread does it. Before that no sync is asked for: the operation is
    /// answered by the syncs of other callers, or after [`sync_after`](Settings::sync_after).
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting. The record is written and synced in its own time.
    pub fn when(&self, number: u64, rung: Durability) -> Op<()> {
        match rung {
            Durability::Memory => self.check(number).map_or_else(Op::failed, Op::ready),
            Durability::Journaled => self.writer.when_written(number),
            Durability::Synced => self.writer.when_synced(number),
            _ => Op::failed(Error::unsupported("a journal has no rung beyond `synced`")),
        }
    }

    fn check(&self, number: u64) -> Result<()> {
        if number > self.position().appended {
            return Err(Error::invalid("no such record has been appended"));
        }
        Ok(())
    }

    /// How far it has come.
    pub fn position(&self) -> Position {
        let (appended, written, synced) = self.writer.position();
        Position { appended, written, synced }
    }

    /// What a fault would lose if it came at this instant; never less than it would. It costs one lock.
    ///
    /// A record counts as lost in a kill until it is [written](Position::written), and in a power cut
    /// until it is [synced](Position::synced), acknowledged or not. Once a sync has failed, a kill may
    /// lose as much as a power cut, until everything is in another segment.
    ///
    /// ```
    /// # use forebay_journal::disk::simulated::SimulatedDisk;
    /// # use forebay_journal::{Frame, Journal, Settings};
    /// # use forebay_store::Durability;
    /// # let disk = SimulatedDisk::new(1);
    /// # let settings = Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Settings::default() };
    /// let (journal, _) = Journal::open(disk.directory("a"), settings, |_, _| Ok(()))?;
    /// let frame = Frame::of(b"hello")?;
    /// let number = journal.append(&frame)?;
    /// assert_eq!(journal.loss_bound().killed.records, 1);
    ///
    /// journal.wait(number, Durability::Journaled)?;
    /// let bound = journal.loss_bound();
    /// assert_eq!((bound.killed.bytes, bound.power_cut.bytes), (0, frame.length() as u64));
    ///
    /// journal.wait(number, Durability::Synced)?;
    /// assert_eq!(journal.loss_bound().power_cut.records, 0);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn loss_bound(&self) -> LossBound {
        self.writer.loss_bound()
    }

    /// What tells this journal from all others: drawn when it was made. A [`copy`](crate::copy()) has
    /// another one.
    pub fn id(&self) -> [u8; 16] {
        self.writer.id()
    }

    /// The bytes on disk that it takes, up to the place where the next frame goes.
    pub fn extent(&self) -> u64 {
        self.writer.extent()
    }

    /// The bytes on disk that were used since it was opened, up to the place where the next frame goes: what
    /// was let go of counts, and so does what a sync leaves unused. It only grows, so it tells how much
    /// was written in between.
    pub fn reach(&self) -> u64 {
        self.writer.reach()
    }

    /// Why it takes nothing any more, if it has failed.
    pub fn failure(&self) -> Option<Error> {
        self.writer.failure()
    }

    /// The most bytes that a frame of this journal may have, see [`Frame::length`].
    pub fn frame_max(&self) -> usize {
        self.writer.frame_max()
    }

    /// The most bytes on disk, see [`Settings::bytes_max`].
    pub(crate) fn bytes_max(&self) -> u64 {
        self.writer.bytes_max()
    }

    /// The length of its segments.
    pub(crate) fn segment_bytes(&self) -> u64 {
        self.writer.segment_bytes()
    }

    /// Says that no record before `needed` is needed any more. Segments that hold only such records
    /// go. Blocks while it syncs the journal's identity and directory.
    ///
    /// # Errors
    ///
    /// `Invalid` if a record that is not synced would be passed; `Unavailable` if the disk fails.
    pub fn retire(&self, needed: u64) -> Result<()> {
        self.writer.retire(needed)
    }

    /// Syncs everything and closes the journal in order. Nothing is accepted any more.
    ///
    /// # Errors
    ///
    /// What went wrong; what was not synced is as safe as it was.
    pub fn close(&self) -> Result<()> {
        self.writer.close()
    }
}

/// Takes over what exists, and gives up the last segments if nothing is in them.
fn files_ready(files: &mut Files, log: &Log) -> Result<u64> {
    files.adopt(log.highest, log.unproven.proven)?;
    let mut highest = log.highest;
    while highest > log.held && files.live() > 0 {
        files.give_up_last()?;
        highest -= 1;
    }
    Ok(highest)
}

/// Begins a new segment, and writes into it first what nobody is known to have made durable.
fn begin(log: &mut Log, highest: u64, mut files: Files, settings: Settings) -> Result<Arc<Writer>> {
    let unproven = std::mem::take(&mut log.unproven);
    let (id, segment) = (log.identity.id, files.begin(unproven.proven, unproven.bytes())?);
    debug_assert_eq!(segment.number, highest + 1, "segments have no gaps");
    let mut segments = VecDeque::from(std::mem::take(&mut log.extents));
    let first = if unproven.records() > 0 { unproven.first() } else { log.due };
    segments.push_back(Extent { number: segment.number, first, length: segment.length });
    let writer = Arc::new(Writer::new(id, files, segment, log.due, segments, settings));
    writer.place_unproven(unproven)?;
    Ok(writer)
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("position", &self.position()).finish_non_exhaustive()
    }
}
