//! What the system counts: bytes that this process has written, and flushes of the disk.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{major, minor};

/// Where the counters of one disk are.
#[derive(Debug)]
pub(crate) struct Gauges {
    disk: Option<PathBuf>,
}

/// The counters at one moment; what the system does not tell is missing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Bytes that this process has handed to the disk, as the system charges them: whole pages.
    pub(crate) bytes: Option<u64>,
    /// Flushes of the whole disk, by whomever.
    pub(crate) flushes: Option<u64>,
}

impl Gauges {
    /// For the disk that `folder` is on.
    pub(crate) fn of(folder: &Path) -> Self {
        Self { disk: disk(folder) }
    }

    pub(crate) fn read(&self) -> Reading {
        let io = std::fs::read_to_string("/proc/self/io").ok();
        let bytes = io.as_deref().and_then(|io| field(io, "write_bytes:"));
        let disk = self.disk.as_ref().and_then(|path| std::fs::read_to_string(path).ok());
        let flushes = disk.and_then(|counters| counters.split_whitespace().nth(15)?.parse().ok());
        Reading { bytes, flushes }
    }
}

impl Reading {
    /// What was added since `earlier`.
    pub(crate) fn since(self, earlier: Self) -> Self {
        let added = |now: Option<u64>, then: Option<u64>| now?.checked_sub(then?);
        Self {
            bytes: added(self.bytes, earlier.bytes),
            flushes: added(self.flushes, earlier.flushes),
        }
    }
}

fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Flushes are counted for whole disks only, so a partition's disk is looked for.
fn disk(folder: &Path) -> Option<PathBuf> {
    let device = std::fs::metadata(folder).ok()?.dev();
    let name = format!("/sys/dev/block/{}:{}", major(device), minor(device));
    let path = std::fs::canonicalize(name).ok()?;
    let disk = if path.join("partition").exists() { path.parent()? } else { &path };
    Some(disk.join("stat"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_the_number_behind_its_name() {
        let text = "rchar: 5\nwrite_bytes: 4096\nother:\t  12 kB\n";
        assert_eq!(field(text, "write_bytes:"), Some(4096));
        assert_eq!(field(text, "other:"), Some(12));
        assert_eq!(field(text, "nothing:"), None);
    }
}
