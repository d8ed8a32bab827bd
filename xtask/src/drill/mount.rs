//! A file system that is mounted for a drill, and unmounted however the drill ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Failure, Result};

/// A mounted file system.
pub(super) struct Mount {
    source: String,
    options: Vec<String>,
    place: PathBuf,
    is_mounted: bool,
}

impl Mount {
    /// A new ext4 in a file of its own. The loop device goes with the mount.
    pub(super) fn ext4(folder: &Path, bytes: u64) -> Result<Self> {
        let image = folder.join("disk.ext4");
        let file = std::fs::File::create(&image);
        file.and_then(|file| file.set_len(bytes)).map_err(|error| Failure::to("make it", error))?;
        run(Command::new("mkfs.ext4").arg("-q").arg(&image))?;
        Self::new(image.display().to_string(), &["-t", "ext4", "-o", "loop"], folder)
    }

    /// A new tmpfs of this size.
    pub(super) fn tmpfs(folder: &Path, bytes: u64) -> Result<Self> {
        let size = format!("size={bytes}");
        Self::new("tmpfs".to_owned(), &["-t", "tmpfs", "-o", &size], folder)
    }

    fn new(source: String, options: &[&str], folder: &Path) -> Result<Self> {
        let place = folder.join("mounted");
        std::fs::create_dir(&place).map_err(|error| Failure::to("make a folder", error))?;
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let mut mount = Self { source, options, place, is_mounted: false };
        mount.mount()?;
        Ok(mount)
    }

    /// Where it is mounted.
    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    pub(super) fn mount(&mut self) -> Result {
        run(Command::new("mount").args(&self.options).arg(&self.source).arg(&self.place))?;
        self.is_mounted = true;
        Ok(())
    }

    pub(super) fn unmount(&mut self) -> Result {
        run(Command::new("umount").arg(&self.place))?;
        self.is_mounted = false;
        Ok(())
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if self.is_mounted {
            // Nobody is left to be told; a lazy unmount goes through even if it is in use.
            let _ = run(Command::new("umount").arg("-l").arg(&self.place));
        }
    }
}

/// Runs a command that must succeed.
pub(super) fn run(command: &mut Command) -> Result {
    let what = format!("run {}", command.get_program().to_string_lossy());
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| Failure::to(&what, error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Failure::to(what, String::from_utf8_lossy(&output.stderr)))
}
