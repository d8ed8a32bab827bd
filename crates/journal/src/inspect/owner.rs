//! Who owns a journal at this moment.
#![expect(clippy::disallowed_methods, reason = "this is the seam")]

use std::fs::{File, TryLockError};
use std::io::{self, Read};
use std::path::Path;

/// The process that has a journal open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its id, if it has noted it.
    pub pid: Option<u32>,
}

/// The owner of the journal in a directory. It does not wait and writes nothing.
///
/// The operating system is asked for a shared lock, which is given back at once if there is no
/// owner. An owner that begins in that very moment is told that the journal is taken.
///
/// # Errors
///
/// What the operating system says; that there is no lock file is none.
pub fn owner(directory: &Path) -> io::Result<Option<Owner>> {
    let mut file = match File::open(directory.join("LOCK")) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match file.try_lock_shared() {
        Ok(()) => {
            file.unlock()?;
            Ok(None)
        }
        Err(TryLockError::WouldBlock) => Ok(Some(Owner { pid: noted(&mut file) })),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The id in the lock file. Its owner writes it just after it has taken the lock.
fn noted(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
