//! Giving up values in quarantine, without the types.

use std::sync::Arc;

use forebay_journal::{Journal, Settings as JournalSettings};
use forebay_store::{Durability, Error, ErrorKind, Result};

use crate::open::{Found, Home, Identity, LOCK, Verdict, Verifying, no_state, read_through};
use crate::quarantine::{Place, Quarantine, Quarantined};
use crate::record::{StoredCatalog, purge_frame, same_catalog};
use crate::revision::Revision;

/// So many bytes of keys go into one transaction at most.
const TOGETHER: usize = 256 << 10;

/// By so much the segments that are made for it are longer than those that there are.
const SEGMENT: u64 = 1 << 20;

/// Gives up, for good, the values in quarantine of a state that `filter` lets through, and says how many there were.
/// It does what [`State::purge_quarantine`](crate::State::purge_quarantine) does, without the types.
///
/// It is the owner of the state meanwhile, so nobody else may have it open. The values are gone, durably, when it
/// comes back. More than 256 KiB of keys, or a quarter of a segment, goes in several transactions: a crash in between leaves the rest
/// where it was. `progress` is told how far the reading is, and can end it before anything is changed.
///
/// # Errors
///
/// `Invalid` if no state is there; `Unavailable` if somebody has it open or the disk does not answer;
/// `Corrupt` if it is damaged; `Unsupported` if its journal is a shared one, which only its tenants together can
/// open, or if it was never opened: what its journal will be is for its program to say; what `progress` says.
/// Nothing has gone then. It is `Unknown` if some may have gone, and the message says how many certainly have:
/// to do it again gives up the rest.
///
/// ```
/// # use forebay_journal::disk::simulated::SimulatedDisk;
/// # use forebay_state::{Home, State, Table, copy};
/// # #[derive(State, Clone)]
/// # struct Shop {
/// #     #[table(id = 1)]
/// #     users: Table<String, u32>,
/// # }
/// # let home = Home::simulated(SimulatedDisk::new(1), "shop");
/// # State::<Shop>::open(home.clone())?.close().wait()?;
/// let gone = copy::purge_quarantine(home, |value| value.cause().name() == "hop failed", |_| Ok(()))?;
/// assert_eq!(gone, 0);
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub fn purge_quarantine(
    home: impl Into<Home>,
    mut filter: impl FnMut(&Quarantined<'_>) -> bool,
    mut progress: impl FnMut(Verifying) -> Result<()>,
) -> Result<u64> {
    let home = home.into();
    let files = home.existing_files()?;
    Identity::read(&*files)?.ok_or_else(|| no_state(&home))?;
    let _lock = files.lock(LOCK)?;
    // Whoever had it before may have changed it.
    let mut identity = Identity::read(&*files)?.ok_or_else(|| no_state(&home))?;
    if identity.is_shared {
        return Err(Error::unsupported(format!(
            "the state in {home} is a tenant of a shared journal, which can be written by its tenants \
             together only: purge it with its program"
        )));
    }
    if !identity.has_journal {
        return Err(Error::unsupported(format!(
            "the state in {home} is a copy that was never opened: open it with its program first, or \
             purge the one that it is a copy of"
        )));
    }
    let Holding { mut catalog, quarantine, last } = Holding::read(&home, &mut progress)?;
    let gone = quarantine.iter().filter(|held| filter(held));
    let gone: Vec<Place> = gone.map(|held| (held.table().0, held.key().to_vec())).collect();
    if gone.is_empty() {
        return Ok(0);
    }
    // As an opening does: who wrote it may have been killed before its name was durable.
    identity.write(&*files)?;
    let directory = home.existing_journal(identity.generation)?;
    let segments = forebay_journal::inspect(Arc::clone(&directory))?.segments;
    let lengths = || segments.iter().map(|segment| segment.length);
    let (shortest, longest) =
        (lengths().min().unwrap_or(SEGMENT), lengths().max().unwrap_or_default());
    let settings = JournalSettings {
        label: identity.label(),
        // What is there is there: nothing is refused because its owner has allowed more.
        bytes_max: 1 << 60,
        // What he had not synced is written again, and fits.
        segment_bytes: (longest + SEGMENT).min(u64::from(u32::MAX)),
        ..JournalSettings::default()
    };
    let (journal, _) = Journal::open(directory, settings, |_, _| Ok(()))?;
    catalog.life = (last.life() + 1).max(catalog.life + 1);
    // What is in doubt here is whether the purge has begun; nothing has gone.
    synced(&journal, &same_catalog(&catalog)?).map_err(|error| match error.kind() {
        ErrorKind::Unknown => {
            Error::unavailable("the journal failed before anything was given up").with_source(error)
        }
        _ => error,
    })?;
    // If it is cut off, its program writes again what is in the last frame, and has short segments maybe: as
    // short as the shortest that is there, for an earlier purge has left longer ones.
    let together = usize::try_from(shortest / 4).map_or(TOGETHER, |most| most.min(TOGETHER));
    give_up(&journal, Revision::begin(catalog.life), (&gone, together))?;
    // All are gone for certain. Whoever opens it next finds an owner who did not close, no more.
    let _ = journal.close();
    Ok(gone.len() as u64)
}

/// Writes that they are gone, and waits until that is on the device.
fn give_up(
    journal: &Journal,
    mut revision: Revision,
    (gone, most): (&[Place], usize),
) -> Result<()> {
    let mut rest = gone;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(together(rest, most));
        revision = revision.next();
        let written = purge_frame(revision, now).and_then(|frame| synced(journal, &frame));
        let done = gone.len() - rest.len();
        written.map_err(|error| match error.kind() {
            kind if done == 0 && kind != ErrorKind::Unknown => error,
            _ => in_part(done, gone.len(), error),
        })?;
        rest = later;
    }
    Ok(())
}

#[cold]
fn in_part(done: usize, all: usize, error: Error) -> Error {
    let message = format!(
        "{done} of {all} values were given up for certain, and whether more were is not known: {error}"
    );
    Error::unknown(message).with_source(error)
}

/// How many of them go into the next transaction, of `most` bytes: at least one.
fn together(places: &[Place], most: usize) -> usize {
    let mut bytes = 0;
    let fits = places.iter().take_while(|(_, key)| {
        bytes += key.len() + 16;
        bytes <= most
    });
    fits.count().max(1)
}

/// Appends a frame and waits until it is on the device.
fn synced(journal: &Journal, frame: &forebay_journal::Frame) -> Result<()> {
    let number = match journal.append(frame) {
        Err(error) if error.kind() == ErrorKind::Busy => {
            journal.make_room(frame.length())?;
            journal.append(frame)?
        }
        appended => appended?,
    };
    journal.wait(number, Durability::Synced)
}

/// What a state holds in quarantine.
struct Holding {
    catalog: StoredCatalog,
    quarantine: Quarantine,
    last: Revision,
}

impl Holding {
    fn read(home: &Home, progress: &mut dyn FnMut(Verifying) -> Result<()>) -> Result<Self> {
        let (mut catalog, mut quarantine) = (None, Quarantine::new(u64::MAX));
        let mut sink = |found: Found<'_>| {
            match found {
                Found::Catalog(found) => catalog = Some(found.clone()),
                Found::Held { table, key, held } => quarantine.keep(table, key, held)?,
                Found::Entry { table, key, .. } | Found::Deleted { table, key } => {
                    quarantine.release(table, key);
                }
                Found::Cleared { table } => drop(quarantine.release_table(table)),
            }
            Ok(())
        };
        let read = read_through(home, &mut sink, progress)?;
        if let Verdict::Damaged(error) = read.verdict {
            return Err(error);
        }
        let catalog = catalog.ok_or_else(|| {
            Error::invalid("the state is new: nothing says yet what it is made of")
        })?;
        Ok(Self { catalog, quarantine, last: read.last })
    }
}
