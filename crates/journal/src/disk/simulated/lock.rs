//! The lock of a directory.

use std::fmt;
use std::io;
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::state::{Shared, State};

/// Is the owner until it is dropped, or the process ends.
pub(super) struct Lock {
    disk: Arc<Shared>,
    directory: String,
    name: String,
    process: u64,
}

impl Lock {
    pub(super) fn take(
        disk: &Arc<Shared>,
        state: &mut State,
        directory: &str,
        name: &str,
    ) -> Result<Self> {
        let process = state.process;
        let key = (directory.to_owned(), name.to_owned());
        if state.locks.contains(&key) {
            let message = format!("{directory}/{name} is owned by this process ({process})");
            return Err(Error::unavailable(message));
        }
        state.write_lock_file(directory, name).map_err(|error| {
            Error::unavailable(format!("open the lock file {directory}/{name}")).with_source(error)
        })?;
        let (directory, name) = key.clone();
        state.locks.insert(key);
        Ok(Self { disk: Arc::clone(disk), directory, name, process })
    }
}

impl State {
    /// The file with the owner's id is a file like any other: it is listed, and a power cut may
    /// take it.
    fn write_lock_file(&mut self, directory: &str, name: &str) -> io::Result<()> {
        let file = match self.names(directory).find(name) {
            Ok(file) => file,
            Err(_) => self.create(directory, name)?,
        };
        let (number, id) = (self.number(), format!("{}\n", self.process));
        self.contents(file).write(id.as_bytes(), 0, number);
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let mut state = self.disk.lock();
        if state.process == self.process {
            let key = (std::mem::take(&mut self.directory), std::mem::take(&mut self.name));
            state.locks.remove(&key);
        }
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lock({}/{})", self.directory, self.name)
    }
}
