//! Opening a state: its identity, its snapshot, everything that its journal says, and only then a change.
//!
//! Whatever there is to refuse is refused before anything on disk is changed, so whoever tries
//! again is told the same, and whoever mends it finds what was there:
//!
//! 1. [`begin`](Opening::begin): the settings, the identity.
//! 2. [`load`](Opening::load): the snapshot.
//! 3. [`record`](Opening::record): each record of the journal.
//! 4. [`end`](Opening::end): the journal is not shorter than the snapshot; the indexes are made, and no
//!    unique one is broken; in strict mode all values could be read.
//! 5. [`settle`](Opening::settle): nobody has refused. The identity is written again, so that it is durable.
//! 6. The journal is taken over, and [`take`](Opening::take) makes the state.
//!
//! A state that has a journal of its own and is not opened strictly is [recovered](super::recover) before, if
//! that is needed.

use std::fmt::Debug;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_journal::{Channel, Journal, Recovery, Settings as JournalSettings};
use forebay_store::{Durability, Error, ErrorKind, Result};

use super::home::{Home, LOCK};
use super::identity::{Identity, has_remains};
use super::mode::Mode;
use super::recover::recover;
use super::replay::{Replay, Replayed};
use super::report::OpenReport;
use crate::commit::{Core, Desk, Log, Root, check_rung};
use crate::index::Clashes;
use crate::migration::Values;
use crate::quarantine::Quarantine;
use crate::record::{Limits, Pen};
use crate::revision::Revision;
use crate::settings::Settings;
use crate::snapshot::{Keeper, load_newest, parse_name};
use crate::tables::Tables;

/// Opens the state in `home`, or makes one.
pub(crate) fn open<T: Tables>(home: &Home, mut settings: Settings) -> Result<Core<T>> {
    settings.journal.check()?;
    let mut opening = Opening::<T>::begin(home, settings, false)?;
    opening.recover(home)?;
    let directory = opening.journal(home)?;
    opening.load()?;
    let settings = JournalSettings {
        label: opening.identity.label(),
        seams: opening.settings.seams.clone(),
        ..opening.settings.journal.clone()
    };
    let (journal, recovery) =
        Journal::open_with(directory, settings, &mut opening, Opening::record, |opening| {
            opening.end(None)?;
            opening.settle()
        })?;
    opening.take(Channel::alone(journal), recovery)
}

/// A state that is being opened.
pub(super) struct Opening<T: Tables> {
    files: Arc<dyn Directory>,
    lock: Box<dyn Debug + Send + Sync>,
    pub(super) identity: Identity,
    settings: Settings,
    /// The journal is a shared one.
    is_tenant: bool,
    /// So many bytes of records came after the snapshot.
    read: u64,
    /// The snapshot has the records up to this one.
    covered: u64,
    /// The bytes of the last snapshot.
    last: u64,
    /// What a recovery has found, which this opening goes on from.
    recovered: Option<OpenReport>,
    /// While the journal is read.
    replay: Option<Replay<T>>,
    /// From then on.
    found: Option<Found<T>>,
}

/// All that was found.
struct Found<T: Tables> {
    replayed: Replayed<T>,
    indexes: T::Indexes,
}

impl<T: Tables> Opening<T> {
    /// Reads the identity.
    pub(super) fn begin(home: &Home, settings: Settings, is_tenant: bool) -> Result<Self> {
        check_rung(true, settings.rung)?;
        Identity::check_name(T::CATALOG.name())?;
        drop(Values::<T>::new(settings.mode)?);
        let files = home.files()?;
        let lock = files.lock(LOCK)?;
        let random = &settings.seams.random;
        let known = Identity::read(&*files)?;
        if known.is_none() {
            check_no_snapshot(home, &*files)?;
        }
        let identity = known.unwrap_or_else(|| Identity::new(T::CATALOG.name(), &**random));
        let (name, found) = (T::CATALOG.name(), &identity.name);
        if found != name {
            return Err(Error::invalid(format!("the state in {home} is `{found}`, not `{name}`")));
        }
        if identity.has_journal && identity.is_shared != is_tenant {
            let message = if is_tenant {
                "has a journal of its own, and cannot be a tenant of another"
            } else {
                "is a tenant of a shared journal: open it with that"
            };
            return Err(Error::invalid(format!("the state in {home} {message}")));
        }
        let (last, read, covered, recovered, replay, found) = (0, 0, 0, None, None, None);
        Ok(Self {
            files,
            lock,
            identity,
            settings,
            is_tenant,
            read,
            covered,
            last,
            recovered,
            replay,
            found,
        })
    }

    /// Makes of a damaged state one that can be opened, if that is wanted.
    fn recover(&mut self, home: &Home) -> Result<()> {
        if self.settings.mode == Mode::Recover && !self.identity.is_new() {
            let (files, identity) = (&*self.files, &mut self.identity);
            self.recovered = recover::<T>(home, files, &self.settings, identity)?;
        }
        Ok(())
    }

    /// Reads the snapshot.
    pub(super) fn load(&mut self) -> Result<()> {
        let mut values = Values::new(self.settings.mode)?;
        let mut tables = T::empty(self.settings.seams.random.next_u64());
        let mut quarantine = Quarantine::new(self.settings.quarantine_bytes_max);
        let own = (self.identity.id, self.identity.generation);
        let content = (&mut tables, &mut quarantine, &mut values);
        let spawn = Arc::clone(&self.settings.seams.spawn);
        let snapshot = load_newest(content, &*self.files, own, &spawn)?;
        let mut replay = Replay::new(tables, quarantine, values).with_help(spawn);
        if self.is_tenant {
            replay = replay.among_others();
        }
        if let Some((head, loaded)) = snapshot {
            (self.last, self.covered) = (loaded.totals.bytes, head.covered);
            replay = replay.after(&head, loaded);
        }
        self.replay = Some(replay);
        Ok(())
    }

    /// The directory of the state's own journal. One that was made must be there.
    fn journal(&self, home: &Home) -> Result<Arc<dyn Directory>> {
        let Identity { generation, has_journal, .. } = self.identity;
        if has_journal {
            let gone = |place: &dyn std::fmt::Display| {
                Error::invalid(format!("the journal of the state is not in {place}"))
            };
            let directory = home.existing_journal(generation);
            let directory = directory.map_err(|error| gone(home).with_source(error))?;
            if !has_remains(&directory)? {
                return Err(gone(&directory.describe()));
            }
            return Ok(directory);
        }
        let directory = home.journal(generation)?;
        if self.identity.is_new() && has_remains(&directory)? {
            let (files, journal) = (self.files.describe(), directory.describe());
            let message =
                format!("there is a journal in {journal}, but no identity of a state in {files}");
            return Err(Error::invalid(message));
        }
        Ok(directory)
    }

    /// Takes the next record of the journal.
    pub(super) fn record(&mut self, number: u64, record: &[u8]) -> Result<()> {
        if number > self.covered {
            self.read += record.len() as u64;
        }
        self.replay.as_mut().map_or(Ok(()), |replay| replay.take(number, record))
    }

    /// Somebody has given up what the state has in the journal.
    pub(super) fn forget(&mut self) {
        self.replay = None;
    }

    /// The journal was read to its end; the last record of a shared one is given.
    pub(super) fn end(&mut self, last: Option<u64>) -> Result<()> {
        let read = self.replay.take();
        let must_be_there = self.is_tenant && self.identity.has_journal;
        let read = read.filter(|replay| replay.has_read() || !must_be_there);
        let replay = read.ok_or_else(|| {
            let files = self.files.describe();
            Error::invalid(format!(
                "the state in {files} is a tenant of a shared journal, and this one knows nothing of it: it \
                 is another journal, or the state was forgotten there"
            ))
        })?;
        let mut replayed = replay.finish(self.settings.mode, last)?;
        replayed.tables.loaded();
        let indexes = indexed(&replayed.tables)?;
        self.found = Some(Found { replayed, indexes });
        Ok(())
    }

    /// Nobody has refused anything. The identity is durable before anything else rests on it: who wrote the
    /// one that was found may have been killed, or told of a failure, before its name was. A name whose
    /// sync has failed is kept by no later sync, so it is given again.
    pub(super) fn settle(&mut self) -> Result<()> {
        self.identity.write(&*self.files)
    }

    /// The journal is there: says who writes from now on, and makes the state.
    pub(super) fn take(mut self, journal: Channel, recovery: Recovery) -> Result<Core<T>> {
        let Some(Found { replayed, indexes }) = self.found else {
            return Err(Error::invalid("the journal of the state was not read to its end"));
        };
        let Replayed { tables, quarantine, mut report, life } = replayed;
        report.recovery = Some(recovery);
        let is_unkept = report.has_values();
        let report = report.behind(self.recovered);
        let mut pen = Pen::new(&journal);
        let number = announce::<T>(&journal, &mut pen, life, report.last)?;
        if !self.identity.has_journal {
            (self.identity.has_journal, self.identity.is_shared) = (true, self.is_tenant);
            self.identity.write(&*self.files)?;
        }
        let Settings { rung, transaction_max, room_wait, snapshots, seams, .. } = self.settings;
        let transaction_max = transaction_max.min(quarter(journal.bytes_max()));
        let revision = Revision::begin(life);
        let root = Root { indexes, quarantine, revision, number, ..Root::new(tables) };
        let limits = Limits { frame_max: journal.frame_max(), transaction_max };
        let log = Log::new(journal, limits, self.lock, self.read);
        let own = (self.identity.id, self.identity.generation);
        let until_now = (root.revision, self.last);
        let keeper = Keeper::new(self.files, own, (seams.clone(), snapshots), until_now);
        let mut desk = Desk::new(Arc::new(root), pen, Arc::clone(&seams.spawn));
        desk.unshown.follow(report.last);
        let mut core = Core::new(desk, (Some(log), Some(keeper)), seams);
        (core.rung, core.room_wait) = (rung, room_wait);
        (core.report, core.is_unkept) = (report, is_unkept);
        Ok(core)
    }
}

/// The indexes over tables that were read.
///
/// # Errors
///
/// `Invalid` if there are entries that a unique one forbids.
pub(super) fn indexed<T: Tables>(tables: &T) -> Result<T::Indexes> {
    let mut clashes = Clashes::default();
    let indexes = tables.index(&mut clashes);
    match clashes.told().first() {
        None => Ok(indexes),
        Some(first) => {
            let count = clashes.count();
            let message = format!("{first}; {count} entries are in the way of unique indexes");
            Err(Error::invalid(message))
        }
    }
}

/// So much of the journal may be one transaction.
fn quarter(bytes_max: u64) -> usize {
    usize::try_from(bytes_max / 4).unwrap_or(usize::MAX)
}

/// A restore that was cut off leaves a snapshot and no identity; who opened that as a new state would
/// take nothing for all that there is.
fn check_no_snapshot(home: &Home, files: &dyn Directory) -> Result<()> {
    let names = files.list().map_err(|error| {
        Error::unavailable(format!("list the files of the state in {home}")).with_source(error)
    })?;
    match names.iter().find(|name| parse_name(name).is_some()) {
        None => Ok(()),
        Some(name) => Err(Error::invalid(format!(
            "the snapshot `{name}` is in {home}, but no identity of a state: if a copy was restored \
             there and not finished, empty the directory and restore it again"
        ))),
    }
}

/// Says who writes from now on. It is durable before anybody gets a revision of this life, so none
/// is ever given twice.
pub(super) fn announce<T: Tables>(
    journal: &Channel,
    pen: &mut Pen,
    life: u64,
    last: Revision,
) -> Result<u64> {
    let frame = pen.announcement(&T::CATALOG, life, last)?;
    let number = match journal.append_own(frame) {
        Err(error) if error.kind() == ErrorKind::Busy => {
            journal.make_room_own(frame.length())?;
            journal.append_own(frame)?
        }
        taken => taken?,
    };
    pen.was_taken();
    journal.wait(number, Durability::Synced)?;
    Ok(number)
}
