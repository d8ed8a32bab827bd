//! What Linux can do beyond the standard library.

use std::fs::File;
use std::io;
use std::num::NonZeroU64;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::Path;

use rustix::fs::{Advice, AtFlags, CWD, Mode, OFlags};
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

/// Writes zeros past the page cache; `false` if this file system, or what it is on, does not do that, and all of
/// them are to be written in another way. Nobody else may write to the file meanwhile.
pub(super) fn fill(file: &File, length: u64, give_way: &dyn Fn()) -> io::Result<bool> {
    let flags = rustix::fs::fcntl_getfl(file)?;
    if rustix::fs::fcntl_setfl(file, flags | OFlags::DIRECT).is_err() {
        return Ok(false);
    }
    let filled = write_zeros(file, length, give_way);
    rustix::fs::fcntl_setfl(file, flags)?;
    match filled {
        Ok(()) => Ok(true),
        Err(error) if is_full(error.kind()) => Err(error),
        // It may want other places in memory, or other lengths, or say at the first write only that it does not
        // do that. If the device is ill, the other way is told so too.
        Err(_) => Ok(false),
    }
}

fn is_full(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn write_zeros(file: &File, length: u64, give_way: &dyn Fn()) -> io::Result<()> {
    /// So much is under way at a time that the device is busy, and no more than another's sync can wait for.
    const PIECE: usize = 256 << 10;
    /// Where it is in memory matters; no device is known that wants more than this.
    const ALIGNED: usize = 4 << 10;
    /// Some file systems take the flag and write through the page cache all the same. So much may be dirty there
    /// before they are told to begin to write it.
    const DIRTY: u64 = 1 << 20;
    let zeros = vec![0; PIECE + ALIGNED];
    let zeros = &zeros[zeros.as_ptr().align_offset(ALIGNED).min(ALIGNED)..][..PIECE];
    let (mut at, mut begun) = (0, 0);
    while at < length {
        give_way();
        let left = usize::try_from(length - at).unwrap_or(usize::MAX);
        at += match file.write_at(&zeros[..left.min(PIECE)], at) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => written as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
            Err(error) => return Err(error),
        };
        if let Some(dirty) = NonZeroU64::new(at - begun).filter(|dirty| dirty.get() >= DIRTY) {
            // It is only advice.
            let _ = rustix::fs::fadvise(file, begun, Some(dirty), Advice::DontNeed);
            begun = at;
        }
    }
    Ok(())
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
