//! Opening a state: its identity, then everything that its journal says, and only then a change.

use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_journal::{Journal, Settings as JournalSettings};
use forebay_store::sync::Mutex;
use forebay_store::{Durability, Error, ErrorKind, Result, Seams};

use super::home::{Home, LOCK};
use super::identity::{Identity, has_remains};
use super::replay::Replay;
use crate::commit::{Core, Desk, Log, Root};
use crate::index::Clashes;
use crate::migration::Values;
use crate::record::{Limits, Pen};
use crate::revision::Revision;
use crate::settings::Settings;
use crate::snapshot::{Keeper, load_newest, parse_name};
use crate::tables::Tables;

/// Opens the state in `home`, or makes one.
pub(crate) fn open<T: Tables>(home: &Home, settings: Settings) -> Result<Core<T>> {
    let Settings { rung, journal, transaction_max, snapshots, seams } = settings;
    let mut values = Values::new()?;
    let files = home.files()?;
    let lock = files.lock(LOCK)?;
    let mut identity = match Identity::read(&*files)? {
        Some(known) => known,
        None => make::<T>(home, &*files, &seams)?,
    };
    let (name, found) = (T::CATALOG.name(), &identity.name);
    if found != name {
        return Err(Error::invalid(format!("the state in {home} is `{found}`, not `{name}`")));
    }
    let directory = home.journal(identity.generation)?;
    if identity.has_journal && !has_remains(&directory)? {
        let message = format!("the journal of the state is not in {}", directory.describe());
        return Err(Error::invalid(message));
    }
    let seed = seams.random.next_u64();
    let mut tables = T::empty(seed);
    let own = (identity.id, identity.generation);
    let snapshot = load_newest((&mut tables, &mut values), &*files, own)?;
    let last = snapshot.as_ref().map_or(0, |(_, loaded)| loaded.totals.bytes);
    let mut replay = Replay::new(tables, values);
    if let Some((head, loaded)) = snapshot {
        replay = replay.after(&head, loaded);
    }
    let transaction_max = transaction_max.min(quarter(journal.bytes_max));
    let settings = JournalSettings { label: identity.label(), seams: seams.clone(), ..journal };
    let take = |number, record: &[u8]| replay.take(number, record);
    let (journal, recovery) = Journal::open(directory, settings, take)?;
    let (mut tables, mut report, life) = replay.finish()?;
    report.recovery = Some(recovery);
    tables.loaded();
    let mut clashes = Clashes::default();
    let indexes = tables.index(&mut clashes);
    if let Some(first) = clashes.told().first() {
        let message =
            format!("{first}; {} entries are in the way of unique indexes", clashes.count());
        return Err(Error::invalid(message));
    }
    let mut pen = Pen::default();
    let number = announce::<T>(&journal, &mut pen, life)?;
    if !identity.has_journal {
        identity.has_journal = true;
        identity.write(&*files)?;
    }
    let root = Root { revision: Revision::begin(life), number, indexes, ..Root::new(tables) };
    let limits = Limits { frame_max: journal.frame_max(), transaction_max };
    let log = Log { journal, limits, lock: Mutex::new(Some(lock)) };
    let keeper = Keeper::new(files, own, (seams.clone(), snapshots), (root.revision, last));
    let desk = Desk::new(Arc::new(root), pen);
    let mut core = Core::new(desk, (Some(log), Some(keeper)), seams);
    (core.rung, core.report) = (rung, report);
    core.check_rung(rung)?;
    Ok(core)
}

/// So much of the journal may be one transaction.
fn quarter(bytes_max: u64) -> usize {
    usize::try_from(bytes_max / 4).unwrap_or(usize::MAX)
}

/// A new state's identity, durable before anything else of it is there.
fn make<T: Tables>(home: &Home, files: &dyn Directory, seams: &Seams) -> Result<Identity> {
    check_no_snapshot(home, files)?;
    let mut identity = Identity::new(T::CATALOG.name(), &*seams.random)?;
    let journal = home.journal(identity.generation)?;
    if has_remains(&journal)? {
        let (files, journal) = (files.describe(), journal.describe());
        let message =
            format!("there is a journal in {journal}, but no identity of a state in {files}");
        return Err(Error::invalid(message));
    }
    identity.write(files)?;
    Ok(identity)
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
fn announce<T: Tables>(journal: &Journal, pen: &mut Pen, life: u64) -> Result<u64> {
    let frame = pen.announcement(&T::CATALOG, life)?;
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
