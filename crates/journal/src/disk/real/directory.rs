//! A directory of the real file system.
#![expect(clippy::disallowed_methods, reason = "this is the seam")]

use std::any::Any;
use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use forebay_store::seam::OwnerLock;

use super::file::RealFile;
use super::system;
use crate::disk::{Directory, DiskFile};

/// A directory of the real file system.
#[derive(Debug)]
pub struct RealDirectory {
    path: PathBuf,
}

impl RealDirectory {
    /// Opens a directory, which is made if need be, with its parents; each new one is made durable
    /// in its own parent before anything is put into it. If that fails the new one goes again: the next
    /// opening makes it anew, for no later sync says that the name of this one is durable. Where the parent
    /// cannot be synced at all, because nobody may or its file system does not do that, the opening fails and
    /// the new one stays: the next opening takes it as it is.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        make_durable(&path, &sync_directory)?;
        Ok(Self { path })
    }

    /// Opens a directory that must be there already. Nothing is changed.
    pub fn existing(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        if fs::metadata(&path)?.is_dir() {
            return Ok(Self { path });
        }
        Err(io::Error::new(io::ErrorKind::NotADirectory, path.display().to_string()))
    }

    /// Gives a directory another name in the same directory, durably. If something has that name, it is
    /// replaced if it is an empty directory, and else that is an error.
    pub fn rename_to(from: &Path, to: &Path) -> io::Result<()> {
        match fs::remove_dir(to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            removed => removed?,
        }
        fs::rename(from, to)?;
        sync_directory(parent(to))
    }
}

fn parent(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

fn make_durable(path: &Path, sync: &dyn Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    let parent = parent(path);
    if path.is_dir() {
        // Somebody may have made it and been killed before its name was durable. Where nobody may write
        // or look, it was not one of us.
        return match sync(parent) {
            Err(error) if is_out_of_reach(error.kind()) => Ok(()),
            synced => synced,
        };
    }
    make_durable(parent, sync)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return sync(parent),
        made => made?,
    }
    sync(parent).inspect_err(|error| {
        // If it is not empty somebody else has put something into it, and it stays.
        let _ = (!is_out_of_reach(error.kind())).then(|| fs::remove_dir(path));
    })
}

fn is_out_of_reach(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{InvalidInput, PermissionDenied, ReadOnlyFilesystem, Unsupported};
    matches!(kind, PermissionDenied | ReadOnlyFilesystem | InvalidInput | Unsupported)
}

/// A directory is made durable like a file. Only Unix has this; elsewhere the rename itself is
/// all there is.
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

impl Directory for RealDirectory {
    fn list(&self) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(&self.path)?;
        entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        // It holds what users put into their store, so it is as private.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(RealFile::of(options.open(self.path.join(name))?))
    }

    fn open(&self, name: &str, to_write: bool) -> io::Result<Arc<dyn DiskFile>> {
        let file = OpenOptions::new().read(true).write(to_write).open(self.path.join(name))?;
        Ok(RealFile::of(file))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    fn sync(&self) -> io::Result<()> {
        sync_directory(&self.path)
    }

    fn lock(&self, name: &str) -> forebay_store::Result<Box<dyn Debug + Send + Sync>> {
        Ok(Box::new(OwnerLock::take(&self.path.join(name))?))
    }

    fn describe(&self) -> String {
        self.path.display().to_string()
    }

    fn create_unnamed(&self) -> io::Result<Option<Arc<dyn DiskFile>>> {
        Ok(system::create_unnamed(&self.path)?.map(RealFile::of))
    }

    fn link(&self, file: &Arc<dyn DiskFile>, name: &str) -> io::Result<bool> {
        let any: &dyn Any = &**file;
        match any.downcast_ref::<RealFile>() {
            Some(file) => system::link(file.file(), &self.path.join(name)),
            None => Ok(false),
        }
    }

    fn folder(&self, name: &str) -> io::Result<Arc<dyn Directory>> {
        match fs::create_dir(self.path.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => made?,
        }
        self.existing_folder(name)
    }

    fn existing_folder(&self, name: &str) -> io::Result<Arc<dyn Directory>> {
        Ok(Arc::new(Self::existing(self.path.join(name))?))
    }

    fn folders(&self) -> io::Result<Vec<String>> {
        let mut folders = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(folders)
    }

    fn plain_files(&self) -> io::Result<Vec<String>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                files.extend(entry.file_name().into_string());
            }
        }
        Ok(files)
    }

    fn rename_folder(&self, from: &str, to: &str) -> io::Result<()> {
        let from = self.path.join(from);
        if fs::symlink_metadata(&from)?.is_dir() {
            return fs::rename(from, self.path.join(to));
        }
        Err(io::ErrorKind::NotADirectory.into())
    }

    fn remove_folder(&self, name: &str) -> io::Result<()> {
        fs::remove_dir(self.path.join(name))
    }

    fn sync_file_system(&self) -> io::Result<()> {
        system::sync_file_system(&self.path)
    }

    fn free_bytes(&self) -> io::Result<Option<u64>> {
        system::free_bytes(&self.path)
    }

    fn open_files_max(&self) -> Option<u64> {
        system::open_files_max()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// What is synced, in this order, when a directory is opened.
    fn synced(path: &Path, failure: Option<io::ErrorKind>) -> (io::Result<()>, Vec<PathBuf>) {
        let all = RefCell::new(Vec::new());
        let opened = make_durable(path, &|each| {
            all.borrow_mut().push(each.to_owned());
            failure.map_or(Ok(()), |kind| Err(kind.into()))
        });
        (opened, all.into_inner())
    }

    #[test]
    fn what_an_owner_has_made_who_was_killed_is_made_durable() {
        let place = tempfile::tempdir().unwrap();
        let (one, two) = (place.path().join("one"), place.path().join("one/two"));
        fs::create_dir(&one).unwrap();
        let (opened, all) = synced(&two, None);
        opened.unwrap();
        assert_eq!(all, [place.path().to_owned(), one.clone()]);
        assert_eq!(synced(&two, None).1, [one], "it is there, and may not be durable");
    }

    #[test]
    fn a_directory_whose_name_could_not_be_made_durable_is_made_anew_by_the_next_opening() {
        let place = tempfile::tempdir().unwrap();
        let (one, two) = (place.path().join("one"), place.path().join("one/two"));
        let fails_in = |parent: &Path| {
            let failed = make_durable(&two, &|each| {
                if each == parent { Err(io::ErrorKind::Other.into()) } else { Ok(()) }
            });
            failed.unwrap_err();
        };
        fails_in(place.path());
        assert!(!one.exists(), "a later sync that succeeds says nothing about it");
        fails_in(&one);
        assert!(one.is_dir() && !two.exists(), "the one above it is durable");
        synced(&two, None).0.unwrap();
        fs::write(two.join("file"), "").unwrap();
        fails_in(&one);
        assert!(two.join("file").exists(), "it was there before");
    }

    #[test]
    fn a_parent_that_nobody_may_sync_hinders_nobody_and_one_that_fails_does() {
        let place = tempfile::tempdir().unwrap();
        synced(place.path(), Some(io::ErrorKind::PermissionDenied)).0.unwrap();
        synced(place.path(), Some(io::ErrorKind::Other)).0.unwrap_err();
        let new = place.path().join("new");
        synced(&new, Some(io::ErrorKind::Other)).0.unwrap_err();
    }
}
