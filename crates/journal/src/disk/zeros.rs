//! Filling a new file with zeros.

use std::fs::File;
use std::io;

use super::DiskFile;
use crate::writer::write_all;

/// Written at a time through the page cache: larger pieces would make it keep the file in large
/// folios, in which small writes and syncs cost several times as much.
const PIECE: usize = 4 << 10;
/// Synced at a time, so that nobody else's sync has to wait for much of it.
const SYNCED: u64 = 1 << 20;

/// Fills a file through whatever cache there is.
pub(super) fn write<F: DiskFile + ?Sized>(file: &F, length: u64) -> io::Result<()> {
    let zeros = [0; PIECE];
    let mut at = 0;
    while at < length {
        let left = usize::try_from(length - at).unwrap_or(usize::MAX);
        write_all(file, &zeros[..left.min(PIECE)], at)?;
        at += left.min(PIECE) as u64;
        if at.is_multiple_of(SYNCED) {
            file.sync()?;
        }
    }
    Ok(())
}

/// Fills a file past the page cache: nobody reads these zeros, and to copy them, and to find pages
/// for them, takes the processor from those who write records.
#[cfg(target_os = "linux")]
pub(super) fn write_directly(file: &File, length: u64) -> io::Result<()> {
    use std::os::unix::fs::FileExt;

    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

    /// What a device may ask of addresses and lengths.
    const ALIGNED: usize = 4 << 10;
    const LARGE: usize = 256 << 10;

    let zeros = vec![0; LARGE + ALIGNED];
    let from = zeros.as_ptr().align_offset(ALIGNED);
    let Some(zeros) = zeros.get(from..from + LARGE) else {
        return Err(io::ErrorKind::Unsupported.into());
    };
    let flags = fcntl_getfl(file)?;
    fcntl_setfl(file, flags | OFlags::DIRECT)?;
    let write = || {
        let mut at = 0;
        while at < length {
            let piece = usize::try_from(length - at).unwrap_or(usize::MAX).min(LARGE);
            file.write_all_at(&zeros[..piece], at)?;
            at += piece as u64;
        }
        Ok(())
    };
    let written = write();
    // Else later writes, which are not aligned, would be refused.
    fcntl_setfl(file, flags)?;
    written
}

#[cfg(not(target_os = "linux"))]
pub(super) fn write_directly(_: &File, _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
