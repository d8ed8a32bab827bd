//! Recovery: what is good of a damaged state becomes a state that any opening takes.
//!
//! Nothing is repaired in place. All that is good is read, as an opening does, and written as a
//! snapshot beside everything else, with a new journal that goes on behind it. Then the identity
//! names that journal; this is the moment at which the state is another. The damaged journal stays where
//! it is; a damaged snapshot is renamed after that, so nothing that was there is ever gone.

use std::io;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_journal::{Channel, Journal, Settings as JournalSettings};
use forebay_store::{Error, ErrorKind, Result};

use super::home::Home;
use super::identity::{Identity, has_remains};
use super::lost::Lost;
use super::opening::{announce, indexed};
use super::remains::Remains;
use super::replay::Replayed;
use super::report::OpenReport;
use super::verify::{Verdict, verify};
use crate::record::{Pen, write_catalog};
use crate::settings::Settings;
use crate::snapshot::{Head, SnapshotId, write_new};
use crate::tables::Tables;

/// Lives that a recovery skips: those of owners who wrote what is lost are among them, so no revision
/// is ever given twice.
const LIVES: u64 = 1 << 16;

/// So many attempts may have been cut off before.
const ATTEMPTS_MAX: u64 = 1000;

/// Makes of a damaged state one that can be opened, and says what it has found; `None` if it is not
/// damaged. Until it is over the state is what it was.
///
/// # Errors
///
/// `Invalid` if the tables do not fit what is there; `Unavailable` if the disk does not answer.
pub(super) fn recover<T: Tables>(
    home: &Home,
    files: &dyn Directory,
    settings: &Settings,
    identity: &mut Identity,
) -> Result<Option<OpenReport>> {
    let journal = own_journal(home, identity)?;
    match &journal {
        Ok(_) => {
            if let Verdict::Good = verify(home, |_| Ok(()))?.verdict {
                return Ok(None);
            }
        }
        // It was never made, so nothing can be in it.
        Err(_) if !identity.has_journal => return Ok(None),
        Err(_) => {}
    }
    let mut remains = Remains::<T>::find(files, settings, identity, journal.as_ref().ok())?;
    match journal {
        Ok(journal) => remains.read(journal)?,
        Err(error) => remains.lose(Lost::Journal { error }),
    }
    let damaged = std::mem::take(&mut remains.damaged);
    let (replayed, highest) = remains.finish()?;
    // What the opening would refuse is refused before anything is changed.
    indexed(&replayed.tables)?;
    let before = identity.generation;
    write(home, files, settings, identity, &replayed, highest)?;
    set_aside(files, &damaged, before).map_err(failed)?;
    Ok(Some(replayed.report))
}

/// The journal of the state if it is there and its own; else what is wrong with it.
fn own_journal(home: &Home, identity: &Identity) -> Result<Result<Arc<dyn Directory>>> {
    let gone = || Error::invalid(format!("it is not in {home}"));
    let Ok(directory) = home.existing_journal(identity.generation) else { return Ok(Err(gone())) };
    if !has_remains(&directory)? {
        return Ok(Err(gone()));
    }
    let found = forebay_journal::inspect(Arc::clone(&directory))?.identity;
    Ok(match found {
        Ok(found) if found.label == identity.label() => Ok(directory),
        Ok(found) => Err(Error::invalid(format!("it holds `{}`", found.label))),
        Err(what) => Err(Error::corrupt(format!("who it is cannot be read: {what}"))),
    })
}

/// Writes all that was read as a snapshot, with a journal behind it that begins after record `highest`,
/// and then has the identity name that.
fn write<T: Tables>(
    home: &Home,
    files: &dyn Directory,
    settings: &Settings,
    identity: &mut Identity,
    replayed: &Replayed<T>,
    highest: u64,
) -> Result<()> {
    let (generation, directory) = next_journal(home, identity.generation)?;
    let random = &*settings.seams.random;
    let label = identity.label();
    forebay_journal::begin(&*directory, &label, highest + 1, random)?;
    let journal =
        JournalSettings { label, seams: settings.seams.clone(), ..settings.journal.clone() };
    let (journal, _) = Journal::open(directory, journal, |_, _| Ok(()))?;
    let life = replayed.life + LIVES;
    let journal = Channel::alone(journal);
    let last = replayed.report.last;
    let covered = announce::<T>(&journal, &mut Pen::new(&journal), life, last)?;
    journal.close()?;
    let mut catalog = Vec::new();
    write_catalog(&T::CATALOG, life, &mut catalog);
    let head = Head {
        id: SnapshotId::draw(random),
        state: identity.id,
        journal: u128::from(generation).to_be_bytes(),
        covered,
        revision: replayed.report.last,
        written: settings.seams.clock.wall(),
        catalog,
    };
    let content = (&replayed.tables, &replayed.quarantine);
    write_new(content, files, &head, settings.snapshots.compression, (|| Ok(()), || Ok(())))?;
    (identity.generation, identity.has_journal) = (generation, true);
    identity.write(files)
}

/// A directory for a new journal. What an attempt has left that was cut off stays where it is.
fn next_journal(home: &Home, generation: u64) -> Result<(u64, Arc<dyn Directory>)> {
    for generation in generation + 1..generation + ATTEMPTS_MAX {
        let directory = home.journal(generation)?;
        if directory.list().map_err(failed)?.is_empty() {
            return Ok((generation, directory));
        }
    }
    Err(Error::new(ErrorKind::Invalid, "too many recoveries of the state were cut off"))
}

/// Renames damaged snapshots of the journal `generation`, so that they are taken for what they are.
fn set_aside(files: &dyn Directory, damaged: &[String], generation: u64) -> io::Result<()> {
    if damaged.is_empty() {
        return Ok(());
    }
    for name in damaged {
        files.rename(name, &format!("damaged-{generation:08}-{name}"))?;
    }
    files.sync()
}

#[cold]
fn failed(error: io::Error) -> Error {
    Error::unavailable("recover the state").with_source(error)
}
