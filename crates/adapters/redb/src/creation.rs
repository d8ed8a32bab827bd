//! A new file.
#![expect(clippy::disallowed_methods, reason = "this is the seam: redb does all other file work")]

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use redb::DatabaseError;

/// Makes an empty database, if there is no file or an empty one. It gets its name when it is whole and
/// on the device: a process that is killed while it makes one leaves nothing that is taken for a
/// database. The owner of `path` may do this, and nobody else.
pub(crate) fn make(path: &Path) -> Result<(), DatabaseError> {
    // What a link points to is made where it points to.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(path) {
        Ok(file) if file.len() > 0 => return Ok(()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let unfinished = unfinished(path);
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    private_file(&unfinished)?;
    drop(redb::Builder::new().create(&unfinished)?);
    File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, path)?;
    sync_parent(path)?;
    Ok(())
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".unfinished");
    name.into()
}

/// Only its owner can read it; redb would ask the umask.
fn private_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// A directory is made durable like a file. Only Unix has this; elsewhere the rename itself is all
/// there is.
fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    if cfg!(unix) { File::open(parent.unwrap_or(Path::new(".")))?.sync_all() } else { Ok(()) }
}
