//! Finding the snapshot that a state goes on from.

use std::sync::Arc;

use forebay_journal::disk::{Directory, DiskFile};
use forebay_store::seam::Spawn;
use forebay_store::{Error, Result};

use super::file::FileReader;
use super::head::Head;
use super::load::{Loaded, load};
use super::name::{file_name, parse_name};
use super::reader::Reader;
use crate::migration::Values;
use crate::quarantine::Quarantine;
use crate::tables::Tables;

/// Fills empty tables from the newest snapshot; `None` if there is none.
///
/// # Errors
///
/// `Corrupt` if it is damaged or another state's, `Invalid` if it was written for other tables.
pub(crate) fn load_newest<T: Tables>(
    (tables, quarantine, values): (&mut T, &mut Quarantine, &mut Values<T>),
    files: &dyn Directory,
    (state, generation): ([u8; 16], u64),
    spawn: &Arc<dyn Spawn>,
) -> Result<Option<(Head, Loaded)>> {
    let Some(newest) = newest(files, (state, generation))? else { return Ok(None) };
    let name = &newest.name;
    let file = files.open(name, false).map_err(|error| failed("open", files, error))?;
    let loaded = Reader::open(FileReader::new(file)).and_then(|mut reader| {
        let head = reader.head().clone();
        newest.check(&head)?;
        Ok((head, load((tables, quarantine), values, &mut reader, spawn)?))
    });
    loaded.map(Some).map_err(|error| {
        let message = format!("`{name}` in {}: {error}", files.describe());
        Error::new(error.kind(), message).with_source(error)
    })
}

/// The files that are called as snapshots, and up to which records they cover as they say, the newest
/// first.
pub(crate) fn snapshot_files(files: &dyn Directory) -> Result<Vec<(String, u64)>> {
    let names = files.list().map_err(|error| failed("list", files, error))?;
    let covered = |name: String| parse_name(&name).map(|covered| (name, covered));
    let mut found: Vec<_> = names.into_iter().filter_map(covered).collect();
    found.sort_unstable_by_key(|(_, covered)| std::cmp::Reverse(*covered));
    Ok(found)
}

/// A file that is called as a snapshot.
pub(crate) struct SnapshotFile {
    pub(crate) file: Arc<dyn DiskFile>,
}

impl SnapshotFile {
    pub(crate) fn open(files: &dyn Directory, name: &str) -> Result<Self> {
        let file = files.open(name, false).map_err(|error| failed("open", files, error))?;
        Ok(Self { file })
    }

    fn reader(&self) -> Result<Reader<FileReader>> {
        Reader::open(FileReader::new(Arc::clone(&self.file)))
    }

    /// What it says of itself.
    pub(crate) fn head(&self) -> Result<Head> {
        self.reader().map(|reader| reader.head().clone())
    }

    /// Fills empty tables with everything that is in it.
    pub(crate) fn load<T: Tables>(
        &self,
        (tables, quarantine, values): (&mut T, &mut Quarantine, &mut Values<T>),
        spawn: &Arc<dyn Spawn>,
    ) -> Result<(Head, Loaded)> {
        let mut reader = self.reader()?;
        let head = reader.head().clone();
        Ok((head, load((tables, quarantine), values, &mut reader, spawn)?))
    }
}

/// A file that is called as a snapshot, and higher than all others.
#[derive(Debug)]
pub(crate) struct Newest {
    pub(crate) name: String,
    /// Up to which record it covers, as its name says.
    pub(crate) covered: u64,
    state: [u8; 16],
    journal: [u8; 16],
}

/// The newest snapshot of a state; `None` if it has none.
pub(crate) fn newest(
    files: &dyn Directory,
    (state, generation): ([u8; 16], u64),
) -> Result<Option<Newest>> {
    let names = files.list().map_err(|error| failed("list", files, error))?;
    let covered = names.iter().filter_map(|name| parse_name(name)).max();
    let journal = u128::from(generation).to_be_bytes();
    Ok(covered.map(|covered| Newest { name: file_name(covered), covered, state, journal }))
}

impl Newest {
    /// Whether the file is what its name says, and this state's.
    pub(crate) fn check(&self, head: &Head) -> Result<()> {
        if (head.state, head.journal, head.covered) != (self.state, self.journal, self.covered) {
            return Err(Error::corrupt(
                "it is the snapshot of another state, or another one of it",
            ));
        }
        Ok(())
    }
}

#[cold]
fn failed(what: &str, files: &dyn Directory, error: std::io::Error) -> Error {
    let message = format!("{what} the snapshots in {}", files.describe());
    Error::unavailable(message).with_source(error)
}
