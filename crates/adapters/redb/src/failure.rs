//! What an error of redb means for its caller.

use std::path::Path;

use forebay_store::{Error, ErrorKind};

/// The error for a call that did not take effect: nothing of it is in the file.
pub(crate) fn error(what: &str, path: &Path, error: redb::Error) -> Error {
    let (kind, hint) = match &error {
        redb::Error::Corrupted(_) => (ErrorKind::Corrupt, "the file is damaged"),
        redb::Error::ValueTooLarge(_) => (ErrorKind::Refused, "the value is too large"),
        redb::Error::UpgradeRequired(_) => {
            (ErrorKind::Invalid, "the file is of an older redb: upgrade it with that version")
        }
        redb::Error::TableTypeMismatch { .. } | redb::Error::TypeDefinitionChanged { .. } => {
            (ErrorKind::Invalid, "the tables in the file are not of this store")
        }
        redb::Error::DatabaseAlreadyOpen => {
            (ErrorKind::Unavailable, "another program has the file open")
        }
        redb::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            (ErrorKind::Corrupt, "the file is not a redb database")
        }
        redb::Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => {
            (ErrorKind::Unavailable, "the disk is full")
        }
        _ => (ErrorKind::Unavailable, "the disk or the file failed"),
    };
    Error::new(kind, format!("{what} {}: {hint}", path.display())).with_source(error)
}

/// The error for a commit that failed: it may have taken effect all the same.
pub(crate) fn unknown(path: &Path, error: redb::Error) -> Error {
    Error::unknown(format!("commit to {}: it may have happened", path.display())).with_source(error)
}

/// Whether redb answers nothing but errors until the file is opened anew.
pub(crate) fn needs_reopening(error: &redb::Error) -> bool {
    matches!(
        error,
        redb::Error::Io(_)
            | redb::Error::PreviousIo
            | redb::Error::DatabaseClosed
            | redb::Error::LockPoisoned(_)
    )
}
