//! Opening a state: its identity, then everything that its journal says, and only then a change.

use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_journal::{Journal, Settings as JournalSettings};
use forebay_store::{Durability, Error, ErrorKind, Result, Seams};

use super::home::Home;
use super::identity::{Identity, has_remains};
use super::replay::Replay;
use crate::commit::{Core, Desk, Log, Root};
use crate::record::Pen;
use crate::revision::Revision;
use crate::settings::Settings;
use crate::tables::Tables;

/// Opens the state in `home`, or makes one.
pub(crate) fn open<T: Tables>(home: &Home, settings: Settings) -> Result<Core<T>> {
    let Settings { rung, journal, seams } = settings;
    let files = home.files()?;
    let lock = files.lock("LOCK")?;
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
    let mut replay = Replay::<T>::new(T::empty(seed));
    let settings = JournalSettings { label: identity.label(), seams, ..journal };
    let take = |number, record: &[u8]| replay.take(number, record);
    let (journal, recovery) = Journal::open(directory, settings, take)?;
    let (mut tables, mut report, life) = replay.finish();
    report.recovery = Some(recovery);
    tables.loaded();
    let mut pen = Pen::default();
    let number = announce::<T>(&journal, &mut pen, life)?;
    if !identity.has_journal {
        identity.has_journal = true;
        identity.write(&*files)?;
    }
    let root = Root { revision: Revision::begin(life), number, ..Root::new(tables) };
    let log = Log { journal, _lock: lock };
    let mut core = Core::new(Desk::new(Arc::new(root), pen), Some(log));
    (core.rung, core.report) = (rung, report);
    core.check_rung(rung)?;
    Ok(core)
}

/// A new state's identity, durable before anything else of it is there.
fn make<T: Tables>(home: &Home, files: &dyn Directory, seams: &Seams) -> Result<Identity> {
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
