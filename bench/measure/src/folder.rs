//! Fresh folders on the disk that is measured.
#![expect(clippy::disallowed_methods, reason = "this is the seam: here the real disk is measured")]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{Advice, fadvise, statvfs, syncfs};

/// A folder that is removed when it goes.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A fresh one in `place`; what an earlier run left under that name is removed.
    pub fn fresh(place: &Path, name: &str) -> io::Result<Self> {
        let path = place.join(name);
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Removes it, and waits until the disk has nothing of it to do any more, so that the next
    /// round does not pay for this one.
    pub fn clear(self) -> io::Result<()> {
        fs::remove_dir_all(&self.0)?;
        settle(self.0.parent().unwrap_or(Path::new("/")))
    }

    /// Asks the system to forget what it remembers of the files, so that they are read from the disk.
    pub fn forget(&self) -> io::Result<()> {
        settle(&self.0)?;
        forget(&self.0)
    }

    /// How many bytes there is room for in `place`.
    pub fn free(place: &Path) -> io::Result<u64> {
        let told = statvfs(place)?;
        Ok(told.f_bavail.saturating_mul(told.f_frsize))
    }

    /// How many bytes the files take on the disk.
    pub fn bytes(&self) -> io::Result<u64> {
        use std::os::unix::fs::MetadataExt;
        let mut bytes = 0;
        each_file(&self.0, &mut |path| {
            bytes += fs::metadata(path)?.blocks() * 512;
            Ok(())
        })?;
        Ok(bytes)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // After an error nobody cleared it; what is left is in the way of nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Waits until everything written to the file system of `path` is on its disk.
pub fn settle(path: &Path) -> io::Result<()> {
    Ok(syncfs(File::open(path)?)?)
}

fn forget(folder: &Path) -> io::Result<()> {
    each_file(folder, &mut |path| Ok(fadvise(File::open(path)?, 0, None, Advice::DontNeed)?))
}

fn each_file(folder: &Path, visit: &mut dyn FnMut(&Path) -> io::Result<()>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            each_file(&entry.path(), visit)?;
        } else {
            visit(&entry.path())?;
        }
    }
    Ok(())
}
