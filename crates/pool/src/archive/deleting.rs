//! Deletes what was kept, and snapshots.

use forebay_store::Result;

use super::names::SnapshotName;
use super::part::Part;
use super::vault::Vault;
use crate::key::Key;

impl Vault {
    /// Deletes what was kept. Answered means gone for good (G9); whoever has it in use keeps it until then.
    /// `false`: it was not there.
    pub(crate) fn delete(&self, key: Key) -> Result<bool> {
        let _keeping = self.keeping.read();
        self.check_writable()?;
        let _claim = self.claims.take(Part::Kept, key);
        self.medium.hold((Part::Kept, key))?;
        let folder = self.files.folder(Part::Kept);
        let was_there = folder.remove(&key.to_string())?;
        self.medium.forget_name((Part::Kept, key));
        folder.make_durable()?;
        Ok(was_there)
    }

    /// Deletes a snapshot, readable or not. Its objects stay until the next collection. `false`: it was not there.
    pub(crate) fn delete_snapshot(&self, name: &SnapshotName) -> Result<bool> {
        let _turn = self.turns.take();
        self.check_writable()?;
        let folder = self.files.snapshots();
        // A file system that folds case would remove another one.
        let is_there = folder.plain_files()?.iter().any(|found| found == name.as_str());
        let is_ours =
            is_there && (self.index.has(name) || !self.files.is_strange(name.as_str(), name)?);
        let was_there = is_ours && folder.remove(name.as_str())?;
        folder.make_durable()?;
        if was_there {
            self.index.forget(name, &self.pool.ledger);
        }
        Ok(was_there)
    }
}
