//! The open file, opened anew after an I/O error.
//!
//! After an I/O error redb refuses everything until the database is closed and opened again. That
//! is done here, before the next call, so that a disk that was full or away for a while costs
//! errors for that while only.

use std::fmt;
use std::path::{Path, PathBuf};

use forebay_store::sync::RwLock;
use forebay_store::sync::atomic::{AtomicBool, Ordering};
use forebay_store::{Error, Result};
use redb::{CompactionError, Database, DatabaseError};

use crate::failure;

/// How to open the database; more than once.
pub(crate) type Opener = Box<dyn Fn() -> Result<Database, DatabaseError> + Send + Sync>;

pub(crate) struct Handle {
    path: PathBuf,
    open: Opener,
    /// Calls hold it for reading, so it is closed only when none is under way.
    database: RwLock<Option<Database>>,
    /// It has failed and is to be opened anew.
    failed: AtomicBool,
}

impl Handle {
    pub(crate) fn new(path: &Path, open: Opener) -> Result<Self> {
        let database = open().map_err(|error| failure::error("open", path, error.into()))?;
        Ok(Self {
            path: path.to_owned(),
            open,
            database: RwLock::new(Some(database)),
            failed: AtomicBool::new(false),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Does `work` on the open database. An error says that nothing took effect.
    pub(crate) fn call<T>(
        &self,
        what: &str,
        work: impl FnOnce(&Database) -> Result<T, redb::Error>,
    ) -> Result<T> {
        if self.failed.load(Ordering::Acquire) {
            self.reopen()?;
        }
        let database = self.database.read();
        let Some(database) = &*database else {
            let path = self.path.display();
            return Err(Error::unavailable(format!("{path} could not be opened anew")));
        };
        work(database).map_err(|error| {
            self.note(&error);
            failure::error(what, &self.path, error)
        })
    }

    /// Notes an error after which the file must be opened anew.
    pub(crate) fn note(&self, error: &redb::Error) {
        if failure::needs_reopening(error) {
            self.failed.store(true, Ordering::Release);
        }
    }

    /// Moves what is there together and cuts the file, if nobody reads it. What fails is noted.
    pub(crate) fn compact(&self) {
        let mut database = self.database.write();
        if let Some(Err(CompactionError::Storage(error))) = database.as_mut().map(Database::compact)
        {
            self.note(&error.into());
        }
    }

    fn reopen(&self) -> Result<()> {
        let mut database = self.database.write();
        // Whoever waited for the lock may find it done.
        if !self.failed.load(Ordering::Acquire) {
            return Ok(());
        }
        // The old one first: two may not be open at once.
        *database = None;
        let opened = (self.open)();
        let opened = opened.map_err(|error| failure::error("reopen", &self.path, error.into()))?;
        *database = Some(opened);
        self.failed.store(false, Ordering::Release);
        Ok(())
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("path", &self.path)
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}
