//! The lock of an etchdb: the only place here that touches the file system by itself.
#![expect(clippy::disallowed_methods, reason = "this is the seam")]

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use forebay_store::{Error, Result};

/// The lock file of etchdb 0.5 and later.
const NAME: &str = ".lock";

/// While it lives, no etchdb of 0.5 or later opens the directory.
#[derive(Debug)]
pub(super) struct SharedLock(File);

impl SharedLock {
    /// Takes the lock as a reader, without a byte written. `None` if there is no lock file: then the
    /// directory is a copy, or an etchdb's that does not lock.
    pub(super) fn take(directory: &Path) -> Result<Option<Self>> {
        let path = directory.join(NAME);
        let failed =
            |error| Error::unavailable(format!("lock {}", path.display())).with_source(error);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Err(in_use(directory)),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

impl Drop for SharedLock {
    fn drop(&mut self) {
        // A child process that is being made shares the open file for a moment.
        let _ = self.0.unlock();
    }
}

#[cold]
fn in_use(directory: &Path) -> Error {
    Error::unavailable(format!(
        "{} is open in a running etchdb: stop that program, or import from a checkpoint that it \
         makes with `checkpoint_to`",
        directory.display()
    ))
}
