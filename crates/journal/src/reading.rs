//! Reading a journal without owning it.

use std::error::Error as _;
use std::sync::Arc;

use forebay_store::seam::Spawn;
use forebay_store::{Error, Result};

use crate::disk::Directories;
use crate::recovery::{Damage, Log, Recovery, read_identity};

/// Reads a journal from the beginning and hands every record to `sink` with its number. Nothing is
/// locked and nothing on disk is changed, so it also serves to check a journal. While an owner
/// writes to it, it ends somewhere near the end, or with `Unavailable`.
///
/// # Errors
///
/// `Corrupt` if acknowledged records are missing: the cause is a [`Damage`](crate::Damage), and what came
/// before it has been handed over. `Invalid` if there is no journal, or if it needs a second directory and
/// was not given that. An error of `sink` is passed on.
///
/// ```
/// use std::sync::Arc;
///
/// use forebay_journal::disk::simulated::SimulatedDisk;
/// use forebay_journal::{Frame, Journal, Settings, read};
///
/// let disk = SimulatedDisk::new(1);
/// let settings = Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Settings::default() };
/// let (journal, _) = Journal::open(disk.directory("a"), settings, |_, _| Ok(()))?;
/// journal.append(&Frame::of(b"hello")?)?;
/// journal.close()?;
///
/// let recovery = read(disk.directory("a"), |number, record| {
///     assert_eq!((number, record), (1, &b"hello"[..]));
///     Ok(())
/// })?;
/// assert_eq!(recovery.records, 1);
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub fn read(
    directories: impl Into<Directories>,
    mut sink: impl FnMut(u64, &[u8]) -> Result<()>,
) -> Result<Recovery> {
    read_with(&directories.into(), None, &mut sink)
}

/// As [`read`]; a job may read ahead.
pub(crate) fn read_with(
    directories: &Directories,
    spawn: Option<&Arc<dyn Spawn>>,
    sink: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
) -> Result<Recovery> {
    let first = read_once(directories, spawn, sink);
    let Some(damage) = damage_of(&first) else { return first };
    // What an owner does meanwhile may look like damage. Damage is there when one looks again.
    let second = read_once(directories, spawn, &mut |_, _| Ok(()));
    if damage_of(&second) == Some(damage) {
        return first;
    }
    Err(Error::unavailable("the journal was written to while it was read"))
}

fn read_once(
    directories: &Directories,
    spawn: Option<&Arc<dyn Spawn>>,
    sink: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
) -> Result<Recovery> {
    let Some(known) = read_identity(directories)? else {
        let message = format!("there is no journal in {}", directories.first().describe());
        return Err(Error::invalid(message));
    };
    let mut log = Log::new(directories.clone(), known.identity, known.slot);
    if let Some(spawn) = spawn {
        log = log.with_help(Arc::clone(spawn));
    }
    log.scan(sink)?;
    Ok(log.report)
}

fn damage_of(read: &Result<Recovery>) -> Option<&Damage> {
    read.as_ref().err()?.source()?.downcast_ref()
}
