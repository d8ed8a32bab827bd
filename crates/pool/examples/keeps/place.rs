//! Where the spill and the archive are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use forebay_journal::disk::{Directory, RealDirectory};
use forebay_pool::{Archive, ArchiveSettings, ByteSize, DirMedium, Pool, Quota};
use forebay_store::seam::manual::InlineSpawn;
use forebay_store::{Error, Result, Seams};

use crate::named::Named;

/// A directory with a spill and an archive in it.
pub(crate) struct Place {
    path: PathBuf,
    is_named: bool,
}

impl Place {
    pub(crate) fn new(path: impl AsRef<Path>, is_named: bool) -> Self {
        Self { path: path.as_ref().to_path_buf(), is_named }
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.path.join("archive")
    }

    /// The spill. What dead processes have left is gone when this is answered.
    pub(crate) fn spill(&self) -> Result<DirMedium> {
        let seams = without_threads();
        let root = self.directory(self.path.join("spill"))?;
        DirMedium::builder().directory(root, Quota::default()).seams(seams).open()
    }

    /// A pool with much less memory than goes through it.
    pub(crate) fn pool(spill: DirMedium) -> Result<Pool> {
        Pool::builder().memory(ByteSize::mib(2)).spill(spill).build()
    }

    /// The same without threads: all of it is gone when it is dropped.
    pub(crate) fn still_pool(spill: DirMedium) -> Result<Pool> {
        let builder = Pool::builder().memory(ByteSize::mib(2)).spill(spill);
        builder.seams(without_threads()).build()
    }

    /// The archive, as its owner.
    pub(crate) fn owned(&self, pool: &Pool) -> Result<Archive> {
        let root = self.directory(self.archive())?;
        pool.archive_in(root, ArchiveSettings::default()).wait()
    }

    fn directory(&self, path: PathBuf) -> Result<Arc<dyn Directory>> {
        let real = RealDirectory::open(path);
        let real = real.map_err(|error| Error::unavailable("open it").with_source(error))?;
        let real: Arc<dyn Directory> = Arc::new(real);
        Ok(if self.is_named { Named::of(real) } else { real })
    }
}

/// Jobs run where they are handed in.
fn without_threads() -> Seams {
    Seams { spawn: Arc::new(InlineSpawn), ..Seams::real() }
}
