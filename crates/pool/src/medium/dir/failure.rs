//! What is said when the disk refuses.

use std::io;

use forebay_store::Error;

use crate::disk::LATER;
pub(super) use crate::disk::failed;

/// A directory has no room for so many bytes more.
#[cold]
pub(super) fn full(place: &str, bytes: u64, quota: u64) -> Error {
    Error::busy(format!("{place} has no room for {bytes} bytes: its quota is {quota}"), LATER)
}

/// As many files are open as may be, with those of other spills.
#[cold]
pub(super) fn used_up(place: &str, most: u64) -> Error {
    Error::busy(format!("{place}: as many files are open as may be, of {most} at most"), LATER)
}

/// Somebody else has done it already.
pub(super) fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}
