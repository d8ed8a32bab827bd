//! The archives of a pool.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use forebay_journal::disk::{Directory, RealDirectory};
use forebay_store::{Error, Op, Result};

use super::errand::errand;
use super::face::Archive;
use super::failure::failed;
use super::settings::ArchiveSettings;
use crate::pool::Pool;

/// Archives.
impl Pool {
    /// Opens the archive in a directory, as its owner (G14). It is made if the directory is empty or not
    /// there. A directory with anything else in it is `Invalid`, and is not touched. `Unavailable` names the owner, if
    /// there is another one. If this pool has the archive open under that path, the answer is that one, as it was opened
    /// first.
    ///
    /// # Cancel safety
    ///
    /// Nothing happens before it is polled or waited for. After that the archive is opened, and dropped again.
    ///
    /// ```
    /// # fn main() -> forebay_store::Result<()> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("checkpoints");
    /// use forebay_pool::{ByteSize, Pool};
    ///
    /// let pool = Pool::builder().memory(ByteSize::mib(64)).build()?;
    /// let archive = pool.archive(path).wait()?;
    /// assert!(archive.snapshots().wait()?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn archive(&self, path: impl AsRef<Path>) -> Op<Archive> {
        self.archive_with(path, ArchiveSettings::default())
    }

    /// Opens the archive in a directory, written as `settings` say. See [`archive`](Self::archive).
    ///
    /// # Cancel safety
    ///
    /// As [`archive`](Self::archive).
    pub fn archive_with(&self, path: impl AsRef<Path>, settings: ArchiveSettings) -> Op<Archive> {
        let (path, inner) = (path.as_ref().to_path_buf(), Arc::clone(self.inner()));
        errand(&self.inner().lanes, move || {
            let root = RealDirectory::open(&path).map_err(|error| unopened(&path, error))?;
            Archive::owned(&inner, Arc::new(root), settings)
        })
    }

    /// Opens the archive in a directory of any disk. See [`archive_with`](Self::archive_with).
    ///
    /// # Cancel safety
    ///
    /// As [`archive`](Self::archive).
    pub fn archive_in(&self, root: Arc<dyn Directory>, settings: ArchiveSettings) -> Op<Archive> {
        let inner = Arc::clone(self.inner());
        errand(&self.inner().lanes, move || Archive::owned(&inner, root, settings))
    }

    /// Opens an archive to read it, while it may have an owner. Nothing is changed, and every change is
    /// `Unsupported`. An object that is opened keeps its file open, so its owner may remove that. If too many files are
    /// open already for that, an object whose file is removed meanwhile is `Unavailable`.
    ///
    /// # Cancel safety
    ///
    /// As [`archive`](Self::archive).
    pub fn archive_to_read(&self, path: impl AsRef<Path>) -> Op<Archive> {
        let (path, inner) = (path.as_ref().to_path_buf(), Arc::clone(self.inner()));
        errand(&self.inner().lanes, move || Archive::to_read(&inner, existing(&path)?))
    }
}

/// A directory that must be there.
pub(crate) fn existing(path: &Path) -> Result<Arc<dyn Directory>> {
    match RealDirectory::existing(path) {
        Ok(root) => Ok(Arc::new(root)),
        Err(error) => Err(unopened(path, error)),
    }
}

fn unopened(path: &Path, error: std::io::Error) -> Error {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    let place: PathBuf = path.to_path_buf();
    if matches!(error.kind(), NotFound | NotADirectory) {
        return Error::invalid(format!("{} is no directory", place.display())).with_source(error);
    }
    failed("open", &place.display().to_string(), error)
}
