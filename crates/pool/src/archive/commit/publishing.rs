//! Writes a manifest, and makes it the snapshot of its name.

use std::collections::HashMap;

use forebay_store::{Error, ErrorKind, Result};

use super::super::failure::at;
use super::super::manifest::{Entry, ManifestPen, ManifestReader};
use super::super::medium::sync;
use super::super::names::{SnapshotName, unfinished};
use super::super::vault::Vault;
use super::gathering::Gathered;
use super::order::CommitOrder;
use crate::key::Key;

impl Vault {
    /// Refuses a name that the file system takes for another one that is there, or that is somebody else's.
    pub(super) fn check_name(&self, name: &SnapshotName) -> Result<()> {
        self.files.check_way(name)?;
        let Some(file) = self.files.snapshots().open(name.as_str())? else { return Ok(()) };
        let reader = ManifestReader::begin(&file).map_err(|error| at(file.place(), &error))?;
        let found = reader.name();
        if found == name {
            return Ok(());
        }
        let message = format!("here `{name}` is the same file as the snapshot `{found}`");
        Err(Error::refused(message))
    }

    /// All that it refers to is durable, with its names. `Unknown` if nobody can say whether it is there.
    pub(super) fn publish(
        &self,
        order: &CommitOrder,
        gathered: &HashMap<Key, Gathered>,
    ) -> Result<()> {
        let (folder, name) = (self.files.snapshots(), order.name.as_str());
        let draft = unfinished(name);
        let written = self.write_manifest(order, gathered);
        // After a failed sync it is written once more, to a new file (G11).
        let written = match written {
            Ok(false) => self.write_manifest(order, gathered),
            other => other,
        };
        let is_synced = written.inspect_err(|_| folder.discard(&draft))?;
        if !is_synced {
            folder.discard(&draft);
            let place = folder.place(&draft);
            return Err(Error::unavailable(format!("sync {place}: it has failed twice")));
        }
        folder.rename(&draft, name).map_err(|error| unknown(name, error))?;
        // It is seen from now on, whatever keeps the sync from being tried.
        folder.make_durable().map_err(|error| unknown(name, error))
    }

    /// Whether it is synced.
    fn write_manifest(
        &self,
        order: &CommitOrder,
        gathered: &HashMap<Key, Gathered>,
    ) -> Result<bool> {
        let (folder, draft) = (self.files.snapshots(), unfinished(order.name.as_str()));
        let (file, place) = (folder.create(&draft)?, folder.place(&draft));
        let mut pen =
            ManifestPen::begin(std::sync::Arc::clone(&file), place.as_str(), &order.name)?;
        for (name, key) in &order.entries {
            let found = gathered.get(key).zip(order.objects.get(key));
            let (at, item) = found.ok_or_else(|| Error::refused(format!("`{name}` is nowhere")))?;
            let type_name = Entry::type_name(item.object().type_name());
            pen.put(&Entry { name: name.clone(), spot: at.spot, head: at.head, type_name })?;
        }
        let sequence = self.known()?.sequence().checked_add(1);
        let sequence = sequence.ok_or_else(|| Error::refused("no higher sequence is left"))?;
        pen.finish(self.files.id(), sequence, self.pool.seams.clock.wall().0)?;
        Ok(sync(&*file, &place).is_ok())
    }
}

/// A rename that has failed may have happened, and one that has happened may not be durable.
fn unknown(name: &str, error: Error) -> Error {
    let message = format!("the snapshot `{name}` may be there or not");
    Error::new(ErrorKind::Unknown, message).with_source(error)
}
