//! The file that says that a directory is for spilling.

use std::io;

use forebay_journal::disk::Directory;
use forebay_store::{Error, Result};

use super::failure::{failed, is_gone};
use super::names::{DOOR, MARKER, UNFINISHED_MARKER};
use super::open_file;

const TEXT: &[u8] = b"forebay spill directory\nversion 1\n";
/// What stands there before the version.
const ANY_VERSION: &[u8] = b"forebay spill directory\nversion ";
/// File systems make this in their root.
const OF_FILE_SYSTEM: &str = "lost+found";

/// Whether the directory is marked already. One that has anything in it and is not marked is somebody
/// else's: it is `Invalid`, and nothing in it is touched.
pub(super) fn is_there(root: &dyn Directory) -> Result<bool> {
    let place = root.describe();
    let names = root.list().map_err(|error| failed("list", &place, error))?;
    if names.iter().any(|name| name == MARKER) {
        return check(root, &place).map(|()| true);
    }
    let ours = [DOOR, UNFINISHED_MARKER, OF_FILE_SYSTEM];
    match names.iter().find(|name| !ours.contains(&name.as_str())) {
        None => Ok(false),
        Some(stranger) => Err(Error::invalid(format!(
            "{place} is no spill directory, and has `{stranger}`: it is not touched"
        ))),
    }
}

fn check(root: &dyn Directory, place: &str) -> Result<()> {
    let path = format!("{place}/{MARKER}");
    let mut found = [0; TEXT.len() + 1];
    let length = root
        .open(MARKER, false)
        .and_then(|file| open_file::read_some(&*file, &mut found))
        .map_err(|error| failed("read", &path, error))?;
    let found = &found[..length];
    if found == TEXT {
        return Ok(());
    }
    if found.starts_with(ANY_VERSION) {
        return Err(Error::unsupported(format!("{path} is of a version that is not known here")));
    }
    Err(Error::invalid(format!("{path} is no marker of a spill directory: it is not touched")))
}

/// Marks a directory. Whatever a power cut leaves, the marker is whole or not there.
pub(super) fn make(root: &dyn Directory) -> Result<()> {
    let written = || -> io::Result<()> {
        match root.remove(UNFINISHED_MARKER) {
            Err(error) if !is_gone(&error) => return Err(error),
            _ => {}
        }
        let file = root.create(UNFINISHED_MARKER)?;
        open_file::write_whole(&*file, TEXT, 0)?;
        file.sync()?;
        root.rename(UNFINISHED_MARKER, MARKER)?;
        root.sync()
    };
    written().map_err(|error| failed("mark", &root.describe(), error))
}
