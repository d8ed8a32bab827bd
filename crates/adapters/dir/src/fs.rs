//! The only file that touches files.
#![expect(clippy::disallowed_methods, reason = "this is the seam")]

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Result, Write};
use std::path::Path;

/// The bytes of a file; `None` if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) fn exists(path: &Path) -> Result<bool> {
    fs::exists(path)
}

/// Writes a new file and brings it to the device. If that fails, nothing is left of it.
pub(crate) fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // The data is its owner's, whatever the umask says.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

/// Gives `from` the name `to`, replacing what had it. If that fails, nothing is left of `from`.
pub(crate) fn publish(from: &Path, to: &Path) -> Result<()> {
    let renamed = fs::rename(from, to);
    if renamed.is_err() {
        let _ = fs::remove_file(from);
    }
    renamed
}

/// Removes a file; absence is success.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a folder and those above it; presence is success. Says whether it was made just now.
pub(crate) fn make_folder(path: &Path) -> Result<bool> {
    if path.is_dir() {
        return Ok(false);
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    Ok(true)
}

/// Brings the names in a folder to the device.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    File::open(path)?.sync_all()
}

/// Where folders cannot be opened, the file system orders names by itself.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_path: &Path) -> Result<()> {
    Ok(())
}

/// The names of the files in a folder, as far as they are text; none if there is no folder.
pub(crate) fn names(path: &Path) -> Result<Vec<String>> {
    let folder = match fs::read_dir(path) {
        Ok(folder) => folder,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for file in folder {
        // A name that is not text is none of ours.
        names.extend(file?.file_name().into_string());
    }
    Ok(names)
}
