//! Objects in a redb database.
#![expect(clippy::disallowed_methods, reason = "this is the seam: redb does all other file work")]

use std::fmt;
use std::fs::File;
use std::path::Path;

use forebay_store::{Error, ErrorKind, Result};
use redb::{AccessGuard, Builder, Database, ReadableDatabase, ReadableTable, TableDefinition};

use super::blob_source::BlobSource;
use super::overlay::Overlay;
use super::shelf::{Listing, Shelf};
use crate::key::Key;
use crate::slot::foreign;

const BLOBS: TableDefinition<'_, &[u8; 16], &[u8]> = TableDefinition::new("file_backed_blobs");
const NAME: &str = "file_backed.redb";
/// What redb keeps in memory.
const CACHE: usize = 16 << 20;

/// Objects in a redb database.
pub(super) struct RedbFile {
    database: Database,
    place: String,
}

impl RedbFile {
    /// Opens the file, or the one in a directory, and lists what is there.
    pub(super) fn open(path: &Path) -> Result<(Self, Listing)> {
        let path = if path.is_dir() { path.join(NAME) } else { path.to_owned() };
        let place = path.display().to_string();
        let opened = File::open(&path).map_err(|error| {
            let kind = match error.kind() {
                std::io::ErrorKind::NotFound => ErrorKind::Invalid,
                _ => ErrorKind::Unavailable,
            };
            Error::new(kind, format!("open {place}")).with_source(error)
        })?;
        let opened = caught("open", &place, || {
            let mut database =
                Builder::new().set_cache_size(CACHE).create_with_backend(Overlay::over(opened)?)?;
            // A page that is damaged would be a wrong value, or a panic. What this mends stays in memory.
            let is_whole = database.check_integrity()?;
            Ok(is_whole.then_some(database))
        })?;
        let Some(database) = opened else {
            return Err(Error::corrupt(format!("open {place}: pages of it are damaged")));
        };
        let file = Self { database, place };
        let keys = caught("list", &file.place, || file.keys())?;
        Ok((file, Listing { keys, ..Listing::default() }))
    }

    fn bytes(&self, key: Key) -> Result<Option<AccessGuard<'_, &'static [u8]>>, redb::Error> {
        Ok(self.database.begin_read()?.open_table(BLOBS)?.get(&key.to_bytes())?)
    }

    fn keys(&self) -> Result<Vec<Key>, redb::Error> {
        let table = self.database.begin_read()?.open_table(BLOBS)?;
        table.iter()?.map(|entry| Ok(Key::from_bytes(*entry?.0.value()))).collect()
    }
}

impl Shelf for RedbFile {
    fn show(
        &self,
        key: Key,
        act: &mut dyn FnMut(&mut BlobSource<'_>) -> Result<()>,
    ) -> Result<Option<()>> {
        let found = caught("read", &self.place_of(key), || self.bytes(key))?;
        found.map(|bytes| act(&mut BlobSource::new(&bytes.value()))).transpose()
    }

    fn is_lost(&self, error: &Error) -> bool {
        // After the first error of the disk, redb answers each call with an error.
        error.kind() == ErrorKind::Unavailable
    }

    fn place_of(&self, key: Key) -> String {
        format!("{}: {key}", self.place)
    }
}

/// Asks redb, which may panic over bytes that are damaged.
fn caught<R>(
    what: &str,
    place: &str,
    call: impl FnOnce() -> std::result::Result<R, redb::Error>,
) -> Result<R> {
    match foreign::run("redb", call) {
        Ok(answer) => answer.map_err(|error| failed(what, place, error)),
        Err(panic) => {
            Err(Error::corrupt(format!("{what} {place}: it is damaged")).with_source(panic))
        }
    }
}

#[cold]
fn failed(what: &str, place: &str, error: redb::Error) -> Error {
    let (kind, why) = match &error {
        redb::Error::Corrupted(_) => (ErrorKind::Corrupt, "it is damaged"),
        redb::Error::DatabaseAlreadyOpen => (ErrorKind::Unavailable, "a program has it open"),
        redb::Error::UpgradeRequired(_) => {
            (ErrorKind::Invalid, "it is of an older redb: upgrade it with that version")
        }
        redb::Error::TableDoesNotExist(_)
        | redb::Error::TableTypeMismatch { .. }
        | redb::Error::TypeDefinitionChanged { .. } => {
            (ErrorKind::Invalid, "it is no database of file_backed")
        }
        redb::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            (ErrorKind::Invalid, "it is no redb database")
        }
        redb::Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            (ErrorKind::Corrupt, "it is shorter than it says")
        }
        _ => (ErrorKind::Unavailable, "the disk or the file failed"),
    };
    Error::new(kind, format!("{what} {place}: {why}")).with_source(error)
}

impl fmt::Debug for RedbFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RedbFile").field(&self.place).finish()
    }
}
