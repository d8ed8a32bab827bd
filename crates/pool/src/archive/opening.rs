//! Opens the files of an archive.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_store::seam::WallTime;
use forebay_store::{Error, Result};

use super::bytes::{Bytes, OpenFile};
use super::failure::{at, failed};
use super::file_pen::write_all;
use super::files::Files;
use super::folder::Folder;
use super::identity::Identity;
use super::names;
use crate::key::Key;

const IDENTITY: &str = "ARCHIVE";
const LOCK: &str = "LOCK";
/// In the order of [`Part`](super::part::Part), and the one of manifests.
const FOLDERS: [&str; 4] = ["kept", "objects", "packs", "snapshots"];

/// The right to change an archive, for as long as this is there.
pub(crate) type Ownership = Box<dyn Debug + Send + Sync>;

/// Opens an archive as its owner (G14). One is made in an empty directory, and one whose making was cut
/// off is finished; a directory that has anything else is `Invalid` and is not touched.
pub(crate) fn own(root: Arc<dyn Directory>, id: Key, now: WallTime) -> Result<(Files, Ownership)> {
    let place = root.describe();
    check_ours(&*root, &place)?;
    let lock = root.lock(LOCK)?;
    let has_identity = list(&*root, &place)?.iter().any(|name| name == IDENTITY);
    let folders = open_folders(&place, |name| root.folder(name))?;
    // Whoever made the folders and the identity may have been killed before their names were durable.
    root.sync().map_err(|error| failed("sync", &place, error))?;
    if !has_identity {
        make(&*root, &place, Identity { id, made: now.0 })?;
    }
    let identity = read_identity(&*root, &place)?;
    discard(&*root, &names::unfinished(IDENTITY));
    let [kept, objects, packs, snapshots] = folders;
    let files = Files { root, identity, parts: [kept, objects, packs], snapshots };
    sweep(&files)?;
    // A name that a killed owner left is there, and all that follows takes what is there for durable.
    for folder in files.parts.iter().chain([&files.snapshots]) {
        folder.make_durable()?;
    }
    Ok((files, lock))
}

/// Opens an archive to read it. Nothing is changed.
pub(crate) fn look_at(root: Arc<dyn Directory>) -> Result<Files> {
    let place = root.describe();
    let identity = read_identity(&*root, &place)?;
    let folders = open_folders(&place, |name| root.existing_folder(name))?;
    let [kept, objects, packs, snapshots] = folders;
    Ok(Files { root, identity, parts: [kept, objects, packs], snapshots })
}

fn list(root: &dyn Directory, place: &str) -> Result<Vec<String>> {
    root.list().map_err(|error| failed("list", place, error))
}

/// Refuses a directory that is neither an archive nor the beginning of one.
fn check_ours(root: &dyn Directory, place: &str) -> Result<()> {
    let names = list(root, place)?;
    if names.iter().any(|name| name == IDENTITY) {
        return Ok(());
    }
    let unfinished = names::unfinished(IDENTITY);
    for name in names {
        let is_empty_folder = || -> io::Result<bool> {
            Ok(FOLDERS.contains(&&*name) && root.existing_folder(&name)?.list()?.is_empty())
        };
        let is_ours = name == LOCK || name == unfinished || is_empty_folder().unwrap_or(false);
        if !is_ours {
            let message = format!("{place} is no archive, and has `{name}`: it is not touched");
            return Err(Error::invalid(message));
        }
    }
    Ok(())
}

fn open_folders(
    place: &str,
    open: impl Fn(&str) -> io::Result<Arc<dyn Directory>>,
) -> Result<[Folder; 4]> {
    let one = |name: &str| {
        let folder = open(name).map_err(|error| failed("open", &format!("{place}/{name}"), error));
        folder.map(Folder::of)
    };
    let [kept, objects, packs, snapshots] = FOLDERS;
    Ok([one(kept)?, one(objects)?, one(packs)?, one(snapshots)?])
}

/// Writes the identity, last of all: from then on it is an archive.
fn make(root: &dyn Directory, place: &str, identity: Identity) -> Result<()> {
    let unfinished = names::unfinished(IDENTITY);
    discard(root, &unfinished);
    let at = format!("{place}/{unfinished}");
    let file = root.create(&unfinished).map_err(|error| failed("create", &at, error))?;
    write_all(&*file, &at, &identity.to_bytes(), 0)?;
    file.sync().map_err(|error| failed("sync", &at, error))?;
    root.rename(&unfinished, IDENTITY).map_err(|error| failed("rename", &at, error))?;
    root.sync().map_err(|error| failed("sync", place, error))
}

fn read_identity(root: &dyn Directory, place: &str) -> Result<Identity> {
    let path = format!("{place}/{IDENTITY}");
    let file = match root.open(IDENTITY, false) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Error::invalid(format!("{place} is no archive: it has no {IDENTITY}")));
        }
        opened => opened.map_err(|error| failed("open", &path, error))?,
    };
    let file = OpenFile::of(file, path.as_str())?;
    let mut bytes = [0; Identity::LENGTH + 1];
    let length = usize::try_from(file.length()).unwrap_or(usize::MAX).min(bytes.len());
    let bytes = &mut bytes[..length];
    file.read_at(0, bytes)?;
    Identity::from_bytes(bytes).map_err(|error| at(&path, &error))
}

/// Removes what an owner was writing when he ended. Only an owner's opening does that.
fn sweep(files: &Files) -> Result<()> {
    for folder in &files.parts {
        for name in folder.list()?.iter().filter(|name| names::is_unfinished_key(name)) {
            folder.remove(name)?;
        }
    }
    let manifests = files.snapshots.list()?;
    for name in manifests.iter().filter(|name| names::is_unfinished_snapshot(name)) {
        files.snapshots.remove(name)?;
    }
    Ok(())
}

fn discard(root: &dyn Directory, name: &str) {
    let _ = root.remove(name);
}
