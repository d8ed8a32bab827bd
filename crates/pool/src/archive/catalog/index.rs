//! Keeps what manifests say, and notices which have changed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Error, Result};

use super::super::bytes::OpenFile;
use super::super::failure::at;
use super::super::files::Files;
use super::super::manifest::ManifestReader;
use super::super::names::SnapshotName;
use super::known::{Known, Manifest};
use crate::budget::Ledger;

/// Keeps what manifests say. Each time it is asked it lists them and reads the heads of those it knows,
/// for another process may have changed them.
#[derive(Debug, Default)]
pub(crate) struct Index {
    known: Mutex<Arc<Known>>,
}

impl Index {
    /// What the manifests say now. Its memory is the pool's, if there is a `ledger`.
    pub(crate) fn refreshed(
        &self,
        files: &Files,
        ledger: Option<&Arc<Ledger>>,
    ) -> Result<Arc<Known>> {
        let before = Arc::clone(&self.known.lock());
        let mut manifests = BTreeMap::new();
        let mut has_changed = false;
        for name in files.snapshots().list()? {
            // Whatever has another name is somebody else's.
            let Ok(name) = name.parse::<SnapshotName>() else { continue };
            let known = before.manifests.get(&name);
            let Some((manifest, is_same)) = look(files, &name, known)? else { continue };
            has_changed |= !is_same;
            manifests.insert(name, manifest);
        }
        if !has_changed && manifests.len() == before.manifests.len() {
            return Ok(before);
        }
        let mut after = Known { manifests, places: HashMap::new(), room: None };
        for manifest in after.manifests.values() {
            if let Manifest::Read { entries, .. } = manifest {
                after.places.extend(entries.iter().map(|e| (e.head.id, (e.spot, e.head))));
            }
        }
        after.room = ledger.map(|ledger| ledger.own(after.bytes()));
        let after = Arc::new(after);
        let before = std::mem::replace(&mut *self.known.lock(), Arc::clone(&after));
        drop(before);
        Ok(after)
    }
}

/// One manifest, and whether it is as it was known. `None`: it is gone meanwhile.
fn look(
    files: &Files,
    name: &SnapshotName,
    known: Option<&Manifest>,
) -> Result<Option<(Manifest, bool)>> {
    let Some(file) = files.snapshots().open(name.as_str())? else { return Ok(None) };
    if let Some(Manifest::Read { head, entries }) = known
        && ManifestReader::head_of(&file).is_ok_and(|found| found == *head)
    {
        let entries = Arc::clone(entries);
        return Ok(Some((Manifest::Read { head: *head, entries }, true)));
    }
    let read = read_manifest(files, name, &file);
    Ok(Some((read.unwrap_or_else(|error| Manifest::Unreadable(at(file.place(), &error))), false)))
}

/// Reads a manifest to its end.
pub(crate) fn read_manifest(
    files: &Files,
    name: &SnapshotName,
    file: &OpenFile,
) -> Result<Manifest> {
    let reader = ManifestReader::begin(file)?;
    let head = *reader.head();
    if head.archive != files.id() {
        let message = format!("it is of the archive {}, not of {}", head.archive, files.id());
        return Err(Error::corrupt(message));
    }
    if reader.name() != name {
        return Err(Error::corrupt(format!("it is the snapshot `{}`", reader.name())));
    }
    let mut entries = Vec::new();
    reader.entries(|entry| entries.push(entry))?;
    Ok(Manifest::Read { head, entries: entries.into() })
}
