//! What lies in the directory of a state, without a verdict and without its types.

use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_journal::format::identity::{Identity as JournalIdentity, NAME as JOURNAL_IDENTITY};
use forebay_journal::{Inspection, SHARED_LABEL};
use forebay_store::{Error, Result};

use super::block::BLOCK;
use super::home::Home;
use super::identity::Identity;
use crate::snapshot::{FileReader, Head, Reader, parse_name};

/// What lies in the directory of a state. Whether it is good is [`verify`](super::verify())'s to say.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspected {
    /// What the state is called.
    pub name: String,
    /// What tells it from all others.
    pub id: [u8; 16],
    /// Which of its journals is in use.
    pub generation: u64,
    /// The snapshots, the newest first.
    pub snapshots: Vec<SnapshotFacts>,
    /// The journal, or why it cannot be looked through; none for a copy that was never opened. The journal of a
    /// tenant is looked through if its place is [known](Home::with_shared_journal), with what other tenants have in it.
    pub journal: Option<Result<Inspection>>,
}

/// A file that is called as a snapshot.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SnapshotFacts {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// What its head says, or why that cannot be read.
    pub head: Result<Head>,
}

/// Looks through what lies in the directory of a state, good or damaged. Nothing is locked, nothing is
/// changed, and its types are not needed. It reads the heads of snapshots and all of the journal.
///
/// # Errors
///
/// `Invalid` if no state is there, `Corrupt` if its identity is damaged, `Unavailable` if the disk does
/// not answer.
///
/// ```
/// # use forebay_journal::disk::simulated::SimulatedDisk;
/// # use forebay_state::{Home, State, Table};
/// # #[derive(State, Clone)]
/// # struct Shop {
/// #     #[table(id = 1)]
/// #     users: Table<String, u32>,
/// # }
/// # let disk = SimulatedDisk::new(1);
/// # let home = Home::simulated(disk, "shop");
/// # let shop = State::<Shop>::open(home.clone())?;
/// shop.snapshot().wait()?;
/// let found = forebay_state::inspect(&home)?;
/// assert_eq!((found.name.as_str(), found.snapshots.len()), ("shop", 1));
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub fn inspect(home: &Home) -> Result<Inspected> {
    let files = home.existing_files()?;
    let identity = Identity::read(&*files)?.ok_or_else(|| no_state(home))?;
    let names = files.list().map_err(|error| unread(home, error))?;
    let mut names: Vec<_> = names.into_iter().filter(|name| parse_name(name).is_some()).collect();
    names.sort_unstable_by(|a, b| b.cmp(a));
    let snapshots = names.into_iter().map(|name| {
        let file = files.open(&name, false).map_err(|error| unread(home, error))?;
        let length = file.len().map_err(|error| unread(home, error))?;
        let head = Reader::open(FileReader::new(file)).map(|reader| reader.head().clone());
        Ok(SnapshotFacts { name, length, head })
    });
    let journal = identity.has_journal.then(|| journal_of(home, &identity));
    Ok(Inspected {
        snapshots: snapshots.collect::<Result<_>>()?,
        journal: journal.map(|journal| journal.and_then(forebay_journal::inspect)),
        name: identity.name,
        id: identity.id,
        generation: identity.generation,
    })
}

/// The directory of the journal: the state's own, or the shared one that it is a tenant of.
pub(super) fn journal_of(home: &Home, identity: &Identity) -> Result<Arc<dyn Directory>> {
    if !identity.has_journal || !identity.is_shared {
        return home.existing_journal(identity.generation);
    }
    let journal = home.shared_journal().ok_or_else(|| {
        Error::unsupported(format!(
            "the journal of the state in {home} is a shared one, and is not in its directory: say where it \
             is"
        ))
    })??;
    check_shared(&*journal)?;
    Ok(journal)
}

/// That a journal is there which is shared.
fn check_shared(journal: &dyn Directory) -> Result<()> {
    let place = journal.describe();
    let file = journal.open(JOURNAL_IDENTITY, false).map_err(|error| {
        Error::invalid(format!("there is no journal in {place}")).with_source(error)
    })?;
    let mut block = vec![0; BLOCK];
    let read = file.read_at(&mut block, 0).map_err(|error| {
        Error::unavailable(format!("read the identity of the journal in {place}"))
            .with_source(error)
    })?;
    match JournalIdentity::decode(&block[..read]) {
        Ok(found) if found.label == SHARED_LABEL => Ok(()),
        Ok(found) => Err(Error::invalid(format!(
            "the journal in {place} is no shared one, but labelled `{}`",
            found.label
        ))),
        Err(what) => Err(Error::corrupt(format!(
            "the identity of the journal in {place} is damaged: {what}"
        ))),
    }
}

#[cold]
pub(crate) fn no_state(home: &Home) -> Error {
    Error::invalid(format!("no state is in {home}"))
}

#[cold]
pub(super) fn unread(home: &Home, error: std::io::Error) -> Error {
    Error::unavailable(format!("read the state in {home}")).with_source(error)
}
