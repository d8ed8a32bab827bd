//! What is said when the disk refuses.

use std::io;
use std::time::Duration;

use forebay_journal::disk::are_files_used_up;
use forebay_store::Error;

/// When somebody may have made room, or closed files.
pub(crate) const LATER: Duration = Duration::from_secs(1);

/// A call to the disk has failed. It is `Busy` if it was for want of room or of open files, `Invalid` where there is a
/// file in place of a directory.
#[cold]
pub(crate) fn failed(what: &str, place: &str, error: io::Error) -> Error {
    use io::ErrorKind::{FileTooLarge, NotADirectory, QuotaExceeded, StorageFull};
    let message = format!("{what} {place}");
    if error.kind() == NotADirectory {
        return Error::invalid(message).with_source(error);
    }
    let is_full = matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge);
    if is_full || are_files_used_up(&error) {
        return Error::busy(message, LATER).with_source(error);
    }
    Error::unavailable(message).with_source(error)
}
