//! The directory that an archive is in.

use std::io;
use std::sync::Arc;

use forebay_journal::disk::{Directory, are_files_used_up};
use forebay_store::Result;
use forebay_store::sync::atomic::{AtomicBool, Ordering};

use super::failure::failed;

/// Says that it is an archive, and which.
pub(super) const IDENTITY: &str = "ARCHIVE";
/// Its owner has a lock on it.
pub(super) const LOCK: &str = "LOCK";
/// A sync of names has failed since they were made anew.
pub(super) const DOUBT: &str = "DOUBT";
/// In the order of [`Part`](super::part::Part), and the one of manifests.
pub(super) const FOLDERS: [&str; 4] = ["kept", "objects", "packs", "snapshots"];

/// The directory that an archive is in.
#[derive(Debug)]
pub(crate) struct Root {
    directory: Arc<dyn Directory>,
    place: String,
    /// A sync of names has failed, and the mark that says so could not be made.
    is_unmarked: AtomicBool,
}

impl Root {
    pub(super) fn of(directory: Arc<dyn Directory>) -> Arc<Self> {
        let place = directory.describe();
        Arc::new(Self { directory, place, is_unmarked: AtomicBool::new(false) })
    }

    pub(super) fn directory(&self) -> &dyn Directory {
        &*self.directory
    }

    /// Where it is, for messages.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Where something in it is, for messages.
    pub(super) fn place_of(&self, name: &str) -> String {
        format!("{}/{name}", self.place)
    }

    pub(super) fn list(&self) -> Result<Vec<String>> {
        self.directory.list().map_err(|error| failed("list", &self.place, error))
    }

    pub(super) fn has(&self, name: &str) -> Result<bool> {
        Ok(self.list()?.iter().any(|found| found == name))
    }

    /// Makes the names in it durable.
    pub(super) fn sync(&self) -> Result<()> {
        self.directory.sync().map_err(|error| {
            // It was not even tried then.
            if !are_files_used_up(&error) {
                self.raise_doubt();
            }
            failed("sync", &self.place, error)
        })
    }

    /// A sync of names in here has failed. Whoever owns it next finds the mark, if the power does not fail
    /// before; if it does, what he finds is what is durable, and nothing is in doubt.
    pub(super) fn raise_doubt(&self) {
        let is_there = match self.directory.create(DOUBT) {
            Ok(_) => true,
            Err(error) => error.kind() == io::ErrorKind::AlreadyExists,
        };
        self.is_unmarked.store(!is_there, Ordering::Release);
    }

    /// Tries again to make a mark that could not be made. `false`: it still cannot be, and nobody else knows.
    pub(super) fn has_marks(&self) -> bool {
        if self.is_unmarked.load(Ordering::Acquire) {
            self.raise_doubt();
        }
        !self.is_unmarked.load(Ordering::Acquire)
    }

    /// Removes what need not be there. If that fails, the next owner does it.
    pub(super) fn discard(&self, name: &str) {
        let _ = self.directory.remove(name);
    }
}
