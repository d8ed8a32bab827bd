//! One owner for one place on disk: the only place that locks a file.
#![expect(clippy::disallowed_methods, reason = "this is the seam")]

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::error::{Error, Result};

/// An exclusive lock on a file that holds its owner's process id (G14).
///
/// The operating system gives it up when the owner ends, however it ends, so the file may stay. A second
/// taker is told the owner's process id, in the same process, too.
#[derive(Debug)]
#[must_use = "the lock is given up when this is dropped"]
pub struct OwnerLock {
    file: File,
}

impl OwnerLock {
    /// Takes the lock file at `path`, which is created if need be. If it has an owner already, the
    /// error is [`Unavailable`](crate::ErrorKind::Unavailable) and names the owner's process id.
    pub fn take(path: &Path) -> Result<Self> {
        let failed = |what: &str, source: std::io::Error| {
            Error::unavailable(format!("{what} the lock file {}", path.display()))
                .with_source(source)
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| failed("open", error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(owned(path, &mut file)),
            Err(TryLockError::Error(error)) => return Err(failed("lock", error)),
        }
        refuse_foreign(path, &mut file)?;
        let pid = format!("{}\n", std::process::id());
        let written = file.set_len(0).and_then(|()| file.write_all(pid.as_bytes()));
        written.map_err(|error| failed("write the process id to", error))?;
        Ok(Self { file })
    }
}

/// A file that holds anything but a process id is somebody else's, and is left as it is.
fn refuse_foreign(path: &Path, file: &mut File) -> Result<()> {
    let mut head = String::new();
    let read = file.take(64).read_to_string(&mut head);
    let is_ours = read.is_ok() && head.trim().bytes().all(|byte| byte.is_ascii_digit());
    if is_ours {
        return file.rewind().map_err(|error| {
            Error::unavailable(format!("read the lock file {}", path.display())).with_source(error)
        });
    }
    let message = format!("{} is not a lock file of ours, so it is not touched", path.display());
    Err(Error::invalid(message))
}

impl Drop for OwnerLock {
    fn drop(&mut self) {
        // Closing the file is not enough while a child process is being made: until it runs its
        // own program it shares the open file.
        let _ = self.file.unlock();
    }
}

fn owned(path: &Path, file: &mut File) -> Error {
    // The owner writes its id just after it has taken the lock, so it may not be there yet.
    let mut pid = String::new();
    let read = file.rewind().and_then(|()| file.take(32).read_to_string(&mut pid));
    let owner = match (read, pid.trim().parse::<u32>()) {
        (Ok(_), Ok(pid)) if pid == std::process::id() => format!("this process ({pid})"),
        (Ok(_), Ok(pid)) => format!("process {pid}"),
        _ => "another process".to_owned(),
    };
    Error::unavailable(format!("{} is owned by {owner}", path.display()))
}
