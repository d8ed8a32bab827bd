//! What Linux can do beyond the standard library.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::Errno;
use rustix::process::Resource;

/// A file without a name in `directory`; `None` if its file system, or this kernel, has none such.
pub(super) fn create_unnamed(directory: &Path) -> io::Result<Option<File>> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    // It holds what users put into their store, so it is as private.
    match rustix::fs::open(directory, flags, Mode::RUSR | Mode::WUSR) {
        Ok(file) => Ok(Some(file.into())),
        // A kernel that does not know the flag sees a directory that is opened to be written. If nobody
        // may make files here at all, whoever tries it with a name is told so.
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::PERM) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Gives an open file one more name, or its first; `false` if that is not possible.
///
/// It goes by the file's entry in `/proc`, for which nobody needs to be privileged.
pub(super) fn link(file: &File, path: &Path) -> io::Result<bool> {
    let opened = format!("/proc/self/fd/{}", file.as_raw_fd());
    match rustix::fs::linkat(CWD, opened, CWD, path, AtFlags::SYMLINK_FOLLOW) {
        Ok(()) => Ok(true),
        Err(Errno::NOENT) if !path.parent().is_some_and(Path::is_dir) => Err(Errno::NOENT.into()),
        // Another file system; one without links, or with as many as a file may have; no `/proc`; a
        // file whose last name was removed.
        Err(Errno::XDEV | Errno::OPNOTSUPP | Errno::PERM | Errno::MLINK | Errno::NOENT) => {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes all of a file system durable, whoever wrote it.
#[expect(clippy::disallowed_methods, reason = "this is the seam")]
pub(super) fn sync_file_system(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(path)?)?)
}

/// What is free for users that are not privileged.
pub(super) fn free_bytes(path: &Path) -> io::Result<Option<u64>> {
    let facts = rustix::fs::statvfs(path)?;
    Ok(facts.f_bavail.checked_mul(facts.f_frsize))
}

/// The soft limit of this process.
pub(super) fn open_files_max() -> Option<u64> {
    rustix::process::getrlimit(Resource::Nofile).current
}
