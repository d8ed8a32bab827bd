//! Says what is in an archive.

use std::collections::BTreeSet;

use forebay_store::{Error, Result};

use super::catalog::{Known, Manifest, Present};
use super::files::Files;
use super::manifest::Entry;
use super::names::SnapshotName;
use super::part::Part;
use super::report::{DamagedSnapshot, Listed, Snapshot, Snapshots};
use crate::key::Key;

/// The keys of all objects: of those that were kept, and of those in snapshots.
pub(super) fn keys(files: &Files, known: &Known) -> Result<Vec<Key>> {
    known.check_all()?;
    let mut keys: BTreeSet<Key> = Present::of(files, Part::Kept)?.keys.into_iter().collect();
    keys.extend(known.places.keys());
    Ok(keys.into_iter().collect())
}

/// Each snapshot, in short.
pub(super) fn snapshots(known: &Known) -> Snapshots {
    let mut snapshots = Snapshots::default();
    for (name, manifest) in &known.manifests {
        let name = name.to_string();
        match manifest {
            Manifest::Unreadable(error) => {
                snapshots.damaged.push(DamagedSnapshot { name, error: error.clone() });
            }
            Manifest::Read { head, entries } => snapshots.whole.push(Snapshot {
                name,
                sequence: head.sequence,
                made: head.made,
                objects: entries.len() as u64,
                bytes: entries.iter().map(length).fold(0, u64::saturating_add),
            }),
        }
    }
    snapshots
}

/// What is in a snapshot.
pub(super) fn items(entries: &[Entry]) -> Vec<Listed> {
    let one = |entry: &Entry| Listed {
        name: entry.name.to_string(),
        key: entry.head.id,
        type_name: entry.type_name.to_string(),
        bytes: length(entry),
        weight: entry.head.weight,
    };
    entries.iter().map(one).collect()
}

fn length(entry: &Entry) -> u64 {
    u64::from(entry.head.offset).saturating_add(entry.head.stored)
}

pub(super) fn no_snapshot(name: &SnapshotName) -> Error {
    Error::invalid(format!("there is no snapshot `{name}`"))
}
