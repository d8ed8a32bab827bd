//! The directory that an archive is in.

use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_store::Result;

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
}

impl Root {
    pub(super) fn of(directory: Arc<dyn Directory>) -> Arc<Self> {
        let place = directory.describe();
        Arc::new(Self { directory, place })
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
            self.raise_doubt();
            failed("sync", &self.place, error)
        })
    }

    /// A sync of names in here has failed. Whoever owns it next finds the mark, if the power does not fail
    /// before; if it does, what he finds is what is durable, and nothing is in doubt.
    pub(super) fn raise_doubt(&self) {
        let _ = self.directory.create(DOUBT);
    }

    /// Removes what need not be there. If that fails, the next owner does it.
    pub(super) fn discard(&self, name: &str) {
        let _ = self.directory.remove(name);
    }
}
