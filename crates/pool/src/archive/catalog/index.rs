//! Keeps what manifests say, and notices which have changed.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Error, ErrorKind, Result};

use super::super::bytes::OpenFile;
use super::super::failure::at;
use super::super::files::Files;
use super::super::manifest::{Entry, ManifestReader};
use super::super::names::{self, SnapshotName};
use super::super::signs::Signs;
use super::known::{Known, Manifest};
use crate::budget::Ledger;

/// Keeps what manifests say. When it looks it lists them and reads the heads of those it knows, for another process
/// may have changed them.
#[derive(Debug, Default)]
pub(crate) struct Index {
    known: Mutex<Latest>,
}

#[derive(Debug, Default)]
struct Latest {
    known: Arc<Known>,
    /// How often this process had changed the folder when it was read.
    changes: Option<u64>,
}

/// What a file is that has the name of a manifest.
enum Look {
    /// It is gone meanwhile.
    Gone,
    /// Somebody else has put it there.
    Strange,
    Found(Manifest),
    /// It is as it was known.
    Same(Manifest),
}

impl Index {
    /// What the manifests say now. Its memory is the pool's, if there is a `ledger`.
    pub(crate) fn refreshed(
        &self,
        files: &Files,
        ledger: Option<&Arc<Ledger>>,
    ) -> Result<Arc<Known>> {
        // From before the look: what is changed while it lasts is looked at once more.
        let changes = Some(files.snapshots().changes());
        let before = Arc::clone(&self.known.lock().known);
        let mut manifests = BTreeMap::new();
        let mut has_changed = false;
        for name in files.snapshots().plain_files()? {
            // Whatever has another name is somebody else's.
            let Ok(name) = name.parse::<SnapshotName>() else { continue };
            let known = before.manifests.get(&name);
            let manifest = match look(files, &name, known)? {
                Look::Gone | Look::Strange => continue,
                Look::Found(manifest) => {
                    has_changed = true;
                    manifest
                }
                Look::Same(manifest) => manifest,
            };
            manifests.insert(name, manifest);
        }
        let after = if has_changed || manifests.len() != before.manifests.len() {
            Arc::new(Known::of(manifests, ledger))
        } else {
            before
        };
        let latest = Latest { known: Arc::clone(&after), changes };
        let before = std::mem::replace(&mut *self.known.lock(), latest);
        drop(before);
        Ok(after)
    }

    /// What the manifests said, if all of them could be read and this process has changed none since.
    pub(crate) fn unchanged(&self, files: &Files) -> Option<Arc<Known>> {
        let latest = self.known.lock();
        let (known, changes) = (Arc::clone(&latest.known), latest.changes?);
        drop(latest);
        (known.check_all().is_ok() && changes == files.snapshots().changes()).then_some(known)
    }

    /// Whether a manifest of this name was there, for certain, when they were read.
    pub(crate) fn has(&self, name: &SnapshotName) -> bool {
        self.known.lock().known.manifests.get(name).is_some_and(Manifest::is_certain)
    }

    /// This process has removed a manifest: a file that is there later under its name is another one.
    pub(crate) fn forget(&self, name: &SnapshotName, ledger: &Arc<Ledger>) {
        let known = Arc::clone(&self.known.lock().known);
        let mut manifests = known.manifests.clone();
        if manifests.remove(name).is_none() {
            return;
        }
        let without = Arc::new(Known::of(manifests, Some(ledger)));
        let mut latest = self.known.lock();
        // If somebody has looked meanwhile it is gone there, too.
        if Arc::ptr_eq(&latest.known, &known) {
            let gone = std::mem::replace(&mut latest.known, without);
            drop(latest);
            drop(gone);
        }
    }

    /// What one manifest says now; `None` if it is not there. The others are not looked at unless it has changed.
    pub(crate) fn entries(
        &self,
        files: &Files,
        name: &SnapshotName,
        ledger: Option<&Arc<Ledger>>,
    ) -> Result<Option<Arc<[Entry]>>> {
        let known = Arc::clone(&self.known.lock().known);
        if let Some(Manifest::Read { head, entries }) = known.manifests.get(name)
            && let Some(file) = files.snapshots().open(name.as_str())?
            && ManifestReader::head_of(&file).is_ok_and(|found| found == *head)
        {
            return Ok(Some(Arc::clone(entries)));
        }
        self.refreshed(files, ledger)?.entries(name).map(Option::<&_>::cloned)
    }

    /// How many files in the folder of manifests are somebody else's.
    pub(crate) fn strangers(files: &Files, known: &Known) -> Result<u64> {
        let (mut strangers, names) = (0, files.snapshots().list()?);
        let plain: HashSet<String> = files.snapshots().plain_files()?.into_iter().collect();
        for name in names {
            if names::unfinished_snapshot(&name).is_some() {
                continue;
            }
            strangers += u64::from(match name.parse::<SnapshotName>() {
                Ok(of) if known.manifests.contains_key(&of) => false,
                Ok(of) if plain.contains(&name) => files.is_strange(&name, &of)?,
                Ok(_) | Err(_) => true,
            });
        }
        Ok(strangers)
    }
}

/// One manifest.
fn look(files: &Files, name: &SnapshotName, known: Option<&Manifest>) -> Result<Look> {
    let folder = files.snapshots();
    let file = match folder.open(name.as_str()) {
        Ok(Some(file)) => file,
        Ok(None) => return Ok(Look::Gone),
        // No file can be opened just now, which is not the fault of this one.
        Err(error) if error.kind() == ErrorKind::Busy => return Err(error),
        Err(error) => {
            folder.check_there()?;
            return Ok(Look::Found(Manifest::Unreadable(error)));
        }
    };
    if let Some(same @ Manifest::Read { head, .. }) = known
        && ManifestReader::head_of(&file).is_ok_and(|found| found == *head)
    {
        return Ok(Look::Same(same.clone()));
    }
    Ok(match read_manifest(files, name, &file) {
        Ok(manifest) => Look::Found(manifest),
        // What was one is one still, and damaged, whatever is in it now.
        Err(error)
            if known.is_some_and(Manifest::is_certain)
                || Signs::of_manifest(files.id(), name).are_in(&file).unwrap_or(true) =>
        {
            Look::Found(Manifest::Unreadable(at(file.place(), &error)))
        }
        Err(_) => Look::Strange,
    })
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
