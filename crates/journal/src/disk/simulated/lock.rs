//! The lock of a directory.

use std::fmt;
use std::io;
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::names::FileNumber;
use super::state::{Shared, State};

/// Is the owner until it is dropped, or the process ends.
pub(super) struct Lock {
    disk: Arc<Shared>,
    file: FileNumber,
    /// For messages.
    name: String,
    process: u64,
}

impl Lock {
    pub(super) fn take(
        disk: &Arc<Shared>,
        state: &mut State,
        directory: &str,
        file_name: &str,
    ) -> Result<Self> {
        let (process, name) = (state.process, format!("{directory}/{file_name}"));
        let failed =
            |error| Error::unavailable(format!("open the lock file {name}")).with_source(error);
        let file = state.lock_file(directory, file_name).map_err(failed)?;
        if !state.locks.insert(file) {
            let message = format!("{name} is owned by this process ({process})");
            return Err(Error::unavailable(message));
        }
        state.write_id(file);
        Ok(Self { disk: Arc::clone(disk), file, name, process })
    }
}

impl State {
    /// The file with the owner's id is a file like any other: it is listed, and a power cut may
    /// take it.
    fn lock_file(&mut self, directory: &str, name: &str) -> io::Result<FileNumber> {
        match self.find(directory, name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.create(directory, name),
            found => found,
        }
    }

    fn write_id(&mut self, file: FileNumber) {
        let (number, id) = (self.number(), format!("{}\n", self.process));
        self.contents(file).write(id.as_bytes(), 0, number);
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let mut state = self.disk.lock();
        if state.process == self.process {
            state.locks.remove(&self.file);
        }
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lock({})", self.name)
    }
}
