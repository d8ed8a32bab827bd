//! The file of a scratch database, which goes with its owner.
#![expect(clippy::disallowed_methods, reason = "this is the seam: redb does all other file work")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The file of a scratch database. Where a file can lose its name and stay, it has none; elsewhere its name
/// is removed when this is dropped.
///
/// It is locked while its owner lives. What is not locked was left by a dead one.
#[derive(Debug)]
pub(crate) struct ScratchFile {
    file: File,
    /// `None`: it has lost its name.
    named: Option<PathBuf>,
}

impl ScratchFile {
    const PREFIX: &str = "forebay-";
    const SUFFIX: &str = ".scratch";

    /// Makes one in a folder, which is made if need be, after what dead owners left there was removed.
    pub(crate) fn make(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        sweep(folder)?;
        let process = std::process::id();
        // Somebody else may have the same process id: in another container, or before.
        for number in 0_u32..=u32::MAX {
            let name = format!("{}{process}-{number}{}", Self::PREFIX, Self::SUFFIX);
            if let Some(made) = Self::make_at(folder.join(name))? {
                return Ok(made);
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// `None`: the name is taken, or somebody who sweeps was faster.
    fn make_at(path: PathBuf) -> io::Result<Option<Self>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = match options.open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            Err(error) => return Err(error),
        };
        match is_locked_now(&file) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => {
                // Where nothing can be locked, no later one could tell that it is nobody's.
                let _ = fs::remove_file(&path);
                return Err(error);
            }
        }
        let has_lost_name = cfg!(unix) && fs::remove_file(&path).is_ok();
        Ok(Some(Self { file, named: (!has_lost_name).then_some(path) }))
    }

    /// The open file once more.
    pub(crate) fn again(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// How long it is.
    pub(crate) fn length(&self) -> io::Result<u64> {
        self.file.metadata().map(|found| found.len())
    }

    /// What it takes of the disk.
    #[cfg(all(test, unix))]
    pub(crate) fn taken(&self) -> io::Result<u64> {
        use std::os::unix::fs::MetadataExt;
        self.file.metadata().map(|found| found.blocks() * 512)
    }
}

impl Drop for ScratchFile {
    fn drop(&mut self) {
        if let Some(path) = self.named.take() {
            // If it cannot be removed, the next who makes one here tries again.
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether it could be locked.
fn is_locked_now(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Removes the files of owners who are dead. Nothing else is ever removed.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !is_ours(&path) {
            continue;
        }
        // One that is gone by now, or cannot be opened, is somebody else's care.
        let Ok(file) = OpenOptions::new().read(true).write(true).open(&path) else { continue };
        if is_locked_now(&file).unwrap_or(false) {
            let _ = fs::remove_file(&path);
        }
    }
    Ok(())
}

/// Whether it is named as such a file is: `forebay-PROCESS-NUMBER.scratch`.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let inner = name.and_then(|name| name.strip_prefix(ScratchFile::PREFIX));
    let inner = inner.and_then(|name| name.strip_suffix(ScratchFile::SUFFIX));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    inner
        .and_then(|inner| inner.split_once('-'))
        .is_some_and(|(process, number)| is_number(process) && is_number(number))
}
