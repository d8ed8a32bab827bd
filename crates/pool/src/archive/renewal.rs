//! Makes the names of an archive anew, after a sync of some of them has failed.
//!
//! After such a failure nobody can say which names are durable, and no later sync does: a name that is there may be
//! lost with the power, and one that was removed may come back. In a folder that is new every name was made after the
//! failure, and nothing else is in it, so that one sync that succeeds covers all of them.

use std::sync::Arc;

use forebay_journal::disk::{Directory, DiskFile};
use forebay_store::seam::WallTime;
use forebay_store::{ErrorKind, Result};

use super::bytes::{Bytes, OpenFile};
use super::failure::failed;
use super::file_pen::FilePen;
use super::names::{Aside, SnapshotName, is_ours, is_surely_ours};
use super::root::{FOLDERS, Root};
use super::signs::Signs;
use crate::key::Key;

/// Puts new folders in the places of all four, with the same files in them. The names of the folders
/// themselves are not durable yet: whatever of that is lost, [`finish`] makes up for.
pub(super) fn renew(root: &Root, random: Key, now: WallTime) -> Result<()> {
    let id = later(&root.list()?, random, now);
    // Those of an opening that failed, which may have copies in them. They were never in their places.
    discard(root, None, Aside::is_coming);
    for folder in FOLDERS {
        fill(root, folder, &Aside { folder, id }.coming())?;
    }
    // A folder goes aside only when what takes its place cannot get lost.
    root.sync()?;
    for folder in FOLDERS {
        let aside = Aside { folder, id };
        rename(root, folder, &aside.gone())?;
        rename(root, &aside.coming(), folder)?;
    }
    Ok(())
}

/// A key that is greater than that of every renewal which has left something: the time, and what is random.
fn later(names: &[String], random: Key, now: WallTime) -> Key {
    let ids = names.iter().filter_map(|name| Aside::of(name)).map(|aside| aside.id);
    let half = |id: Key| id.to_bytes().first_chunk().copied().map_or(0, u64::from_be_bytes);
    let last = ids.map(half).max();
    let time = last.map_or(now.0, |last| now.0.max(last.saturating_add(1)));
    let mut id = random.to_bytes();
    id[..8].copy_from_slice(&time.to_be_bytes());
    Key::from_bytes(id)
}

/// Ends what was cut off when a folder was put aside and its new one was not in its place yet.
pub(super) fn finish(root: &Root) -> Result<()> {
    let names = root.list()?;
    for folder in FOLDERS.into_iter().filter(|folder| !names.iter().any(|name| name == folder)) {
        let went = names.iter().filter_map(|name| Aside::gone_as(name));
        let is_cut_off = |aside: &Aside| aside.folder == folder && names.contains(&aside.coming());
        // After faults upon faults an earlier one may come back. What was kept since is in the last.
        if let Some(last) = went.filter(is_cut_off).max_by_key(|aside| aside.id.to_bytes()) {
            rename(root, &last.coming(), folder)?;
        }
    }
    Ok(())
}

/// Removes what was put aside, and what never came to its place. All names are durable.
pub(super) fn clear(root: &Root, archive: Key) {
    discard(root, Some(archive), Aside::is_one);
}

fn discard(root: &Root, archive: Option<Key>, is_one: impl Fn(&str) -> bool) {
    let names = root.list().unwrap_or_default();
    for name in names.iter().filter(|name| is_one(name)) {
        let Ok(folder) = root.directory().existing_folder(name) else { continue };
        match Aside::gone_as(name) {
            Some(aside) => empty(root, archive, &aside, &*folder),
            None => {
                for file in folder.list().unwrap_or_default() {
                    let _ = folder.remove(&file);
                }
            }
        }
        // A stranger's folder in it stays, and so does this one then.
        let _ = root.directory().remove_folder(name);
    }
}

/// Removes from a folder that was put aside what is the archive's own, and those files of strangers that are in
/// the new one, too: somebody may have put a file there after the new one was filled.
fn empty(root: &Root, archive: Option<Key>, aside: &Aside, gone: &dyn Directory) {
    let Ok(now) = root.directory().existing_folder(aside.folder) else { return };
    let there = now.plain_files().unwrap_or_default();
    for name in gone.plain_files().unwrap_or_default() {
        let is_there = || there.contains(&name) && is_same(gone, &*now, &name).unwrap_or(false);
        let is_manifest = || {
            let of = archive.filter(|_| aside.folder == FOLDERS[3]);
            of.is_some_and(|of| is_manifest(of, gone, &name).unwrap_or(false))
        };
        if is_surely_ours(aside.folder, &name) || is_there() || is_manifest() {
            let _ = gone.remove(&name);
        }
    }
}

/// Whether it is a manifest by its signs. It may be an older one than that in the new folder: after a power cut a folder
/// that went long ago may be there again.
fn is_manifest(archive: Key, gone: &dyn Directory, name: &str) -> Result<bool> {
    let Ok(of) = name.parse::<SnapshotName>() else { return Ok(false) };
    let file = gone.open(name, false).map_err(|error| failed("open", name, error))?;
    Signs::of_manifest(archive, &of).are_in(&OpenFile::of(file, name)?)
}

/// Whether the files of a name in two folders have the same bytes.
fn is_same(one: &dyn Directory, other: &dyn Directory, name: &str) -> Result<bool> {
    let open = |folder: &dyn Directory| {
        let file = folder.open(name, false).map_err(|error| failed("open", name, error))?;
        OpenFile::of(file, name)
    };
    let (one, other) = (open(one)?, open(other)?);
    if one.length() != other.length() {
        return Ok(false);
    }
    let (mut at, length) = (0, one.length());
    let (mut piece, mut another) = (vec![0; FilePen::PIECE], vec![0; FilePen::PIECE]);
    while at < length {
        let next = usize::try_from(length - at).unwrap_or(usize::MAX).min(piece.len());
        one.read_at(at, &mut piece[..next])?;
        other.read_at(at, &mut another[..next])?;
        if piece[..next] != another[..next] {
            return Ok(false);
        }
        at += next as u64;
    }
    Ok(true)
}

/// Gives all plain files of a folder their names in a new one, strangers' included, and makes those durable. What
/// is none, or is a stranger's and cannot be read, stays where it is.
fn fill(root: &Root, folder: &str, new: &str) -> Result<()> {
    let place = root.place_of(folder);
    let opened = |error| failed("open", &place, error);
    let from = root.directory().folder(folder).map_err(opened)?;
    let to = root.directory().folder(new).map_err(opened)?;
    let listed = |error| failed("list", &place, error);
    for name in from.plain_files().map_err(listed)? {
        let carried = carry(&*from, &*to, &name, &format!("{place}/{name}"));
        let Err(error) = carried else { continue };
        // For want of room or of open files it is tried again, whose ever it is.
        if is_ours(folder, &name) || error.kind() == ErrorKind::Busy {
            return Err(error);
        }
        // It may be half a copy.
        let _ = to.remove(&name);
    }
    to.sync().map_err(|error| failed("sync", &root.place_of(new), error))
}

fn carry(from: &dyn Directory, to: &dyn Directory, name: &str, path: &str) -> Result<()> {
    let file = from.open(name, false).map_err(|error| failed("open", path, error))?;
    if to.link(&file, name).map_err(|error| failed("link", path, error))? {
        return Ok(());
    }
    copy(file, path, to, name)
}

fn copy(file: Arc<dyn DiskFile>, path: &str, to: &dyn Directory, name: &str) -> Result<()> {
    let from = OpenFile::of(file, path)?;
    let file = to.create(name).map_err(|error| failed("create a copy of", path, error))?;
    let mut pen = FilePen::at(0, file, path);
    let (mut at, length) = (0, from.length());
    let mut piece = vec![0; FilePen::PIECE];
    while at < length {
        let next = usize::try_from(length - at).unwrap_or(usize::MAX).min(piece.len());
        from.read_at(at, &mut piece[..next])?;
        pen.put(&piece[..next])?;
        at += next as u64;
    }
    pen.flush()?;
    pen.file().sync().map_err(|error| failed("sync a copy of", path, error))
}

fn rename(root: &Root, from: &str, to: &str) -> Result<()> {
    let renamed = root.directory().rename_folder(from, to);
    renamed.map_err(|error| failed("rename", &root.place_of(from), error))
}
