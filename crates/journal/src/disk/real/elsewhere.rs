//! What the standard library alone can do.

use std::fs::File;
use std::io;
use std::path::Path;

#[expect(clippy::unnecessary_wraps, reason = "where there are such files, this can fail")]
pub(super) fn create_unnamed(_: &Path) -> io::Result<Option<File>> {
    Ok(None)
}

#[expect(clippy::unnecessary_wraps, reason = "where files can be linked, this can fail")]
pub(super) fn link(_: &File, _: &Path) -> io::Result<bool> {
    Ok(false)
}

pub(super) fn sync_file_system(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[expect(clippy::unnecessary_wraps, reason = "where it can be asked, this can fail")]
pub(super) fn free_bytes(_: &Path) -> io::Result<Option<u64>> {
    Ok(None)
}

pub(super) fn open_files_max() -> Option<u64> {
    None
}
