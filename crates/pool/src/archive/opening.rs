//! Opens the files of an archive.

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
use super::names::{self, Aside};
use super::renewal;
use super::root::{DOUBT, FOLDERS, IDENTITY, LOCK, Root};
use super::seat::{Seat, Sitting};
use crate::key::Key;

/// Opens an archive as its owner (G14). One is made in an empty directory, and one whose making was cut
/// off is finished; a directory that has anything else is `Invalid` and is not touched.
pub(crate) fn own(
    root: Arc<dyn Directory>,
    seat: &Arc<Seat>,
    id: Key,
    now: WallTime,
) -> Result<(Files, Sitting)> {
    let root = Root::of(root);
    check_ours(&root)?;
    let sitting = seat.take(|| root.directory().lock(LOCK))?;
    let files = prepare(&root, seat, id, now).inspect_err(|_| {
        if !root.has_marks() {
            seat.doubt();
        }
    })?;
    seat.settle();
    Ok((files, sitting))
}

/// Makes an archive what its owner takes it for.
fn prepare(root: &Arc<Root>, seat: &Seat, id: Key, now: WallTime) -> Result<Files> {
    let is_doubtful = root.has(DOUBT)? || seat.is_doubtful();
    renewal::finish(root)?;
    if is_doubtful {
        renewal::renew(root, id, now)?;
    }
    let has_identity = root.has(IDENTITY)?;
    let folders = open_folders(root, |name| root.directory().folder(name))?;
    // Whoever made the folders and the identity may have been killed before their names were durable.
    root.sync()?;
    if !has_identity {
        make(root, Identity { id, made: now.0 })?;
    } else if is_doubtful {
        make(root, read_identity(root)?)?;
    }
    let identity = read_identity(root)?;
    root.discard(&names::unfinished(IDENTITY));
    let files = files(root, identity, folders);
    sweep(&files)?;
    // A name that a killed owner left is there, and all that follows takes what is there for durable.
    for folder in files.parts.iter().chain([&files.snapshots]) {
        folder.make_durable()?;
    }
    renewal::clear(root, files.id());
    if is_doubtful {
        root.discard(DOUBT);
    }
    Ok(files)
}

/// Opens an archive to read it. Nothing is changed.
pub(crate) fn look_at(root: Arc<dyn Directory>) -> Result<Files> {
    let root = Root::of(root);
    let identity = read_identity(&root)?;
    let mut folders = open_folders(&root, |name| root.directory().existing_folder(name))?;
    for (folder, name) in folders.iter_mut().zip(FOLDERS) {
        folder.may_be_away(name);
    }
    Ok(files(&root, identity, folders))
}

/// Which archive is in a directory, if there is one that can be read.
pub(crate) fn identity_in(root: &Arc<dyn Directory>) -> Option<Key> {
    read_identity(&Root::of(Arc::clone(root))).ok().map(|identity| identity.id)
}

fn files(root: &Arc<Root>, identity: Identity, folders: [Folder; 4]) -> Files {
    let [kept, objects, packs, snapshots] = folders;
    Files { root: Arc::clone(root), identity, parts: [kept, objects, packs], snapshots }
}

/// Refuses a directory that is neither an archive nor the beginning of one.
fn check_ours(root: &Root) -> Result<()> {
    let names = root.list()?;
    if names.iter().any(|name| name == IDENTITY) {
        return Ok(());
    }
    let unfinished = names::unfinished(IDENTITY);
    for name in names {
        let is_empty_folder = || -> io::Result<bool> {
            let is_folder = FOLDERS.contains(&&*name) || Aside::is_one(&name);
            Ok(is_folder && root.directory().existing_folder(&name)?.list()?.is_empty())
        };
        let is_file = [LOCK, DOUBT, &unfinished].contains(&&*name);
        if !(is_file || is_empty_folder().unwrap_or(false)) {
            let place = root.place();
            let message = format!("{place} is no archive, and has `{name}`: it is not touched");
            return Err(Error::invalid(message));
        }
    }
    Ok(())
}

fn open_folders(
    root: &Arc<Root>,
    open: impl Fn(&str) -> io::Result<Arc<dyn Directory>>,
) -> Result<[Folder; 4]> {
    let one = |name: &str| {
        let folder = open(name).map_err(|error| failed("open", &root.place_of(name), error));
        folder.map(|folder| Folder::of(root, folder))
    };
    let [kept, objects, packs, snapshots] = FOLDERS;
    Ok([one(kept)?, one(objects)?, one(packs)?, one(snapshots)?])
}

/// Writes the identity, last of all: from then on it is an archive.
fn make(root: &Root, identity: Identity) -> Result<()> {
    let unfinished = names::unfinished(IDENTITY);
    root.discard(&unfinished);
    let (directory, at) = (root.directory(), root.place_of(&unfinished));
    let file = directory.create(&unfinished).map_err(|error| failed("create", &at, error))?;
    write_all(&*file, &at, &identity.to_bytes(), 0)?;
    file.sync().map_err(|error| failed("sync", &at, error))?;
    directory.rename(&unfinished, IDENTITY).map_err(|error| failed("rename", &at, error))?;
    root.sync()
}

fn read_identity(root: &Root) -> Result<Identity> {
    let (place, path) = (root.place(), root.place_of(IDENTITY));
    let file = match root.directory().open(IDENTITY, false) {
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
        for name in folder.plain_files()?.iter().filter(|name| names::is_unfinished_key(name)) {
            folder.remove(name)?;
        }
    }
    for draft in files.snapshots.plain_files()? {
        if let Some(of) = names::unfinished_snapshot(&draft)
            && !files.is_strange(&draft, &of)?
        {
            files.snapshots.remove(&draft)?;
        }
    }
    Ok(())
}
