//! Says what is in an archive.

use std::collections::BTreeSet;

use forebay_store::{Error, Result};

use super::catalog::{Known, Manifest, Present};
use super::files::Files;
use super::manifest::Entry;
use super::names::SnapshotName;
use super::part::Part;
use super::report::{Listed, Snapshot};
use crate::key::Key;

/// The keys of all objects: of those that were kept, and of those in snapshots.
pub(super) fn keys(files: &Files, known: &Known) -> Result<Vec<Key>> {
    known.check_all()?;
    let mut keys: BTreeSet<Key> = Present::of(files, Part::Kept)?.keys.into_iter().collect();
    keys.extend(known.places.keys());
    Ok(keys.into_iter().collect())
}

/// Each snapshot, in short.
pub(super) fn snapshots(known: &Known) -> Result<Vec<Snapshot>> {
    let one = |(name, manifest): (&SnapshotName, &Manifest)| match manifest {
        Manifest::Unreadable(error) => Err(error.clone()),
        Manifest::Read { head, entries } => Ok(Snapshot {
            name: name.to_string(),
            sequence: head.sequence,
            made: head.made,
            objects: entries.len() as u64,
            bytes: entries.iter().map(length).fold(0, u64::saturating_add),
        }),
    };
    known.manifests.iter().map(one).collect()
}

/// What is in a snapshot.
pub(super) fn items(known: &Known, name: &SnapshotName) -> Result<Vec<Listed>> {
    let entries = known.entries(name)?.ok_or_else(|| no_snapshot(name))?;
    let one = |entry: &Entry| Listed {
        name: entry.name.to_string(),
        key: entry.head.id,
        type_name: entry.type_name.to_string(),
        bytes: length(entry),
        weight: entry.head.weight,
    };
    Ok(entries.iter().map(one).collect())
}

fn length(entry: &Entry) -> u64 {
    u64::from(entry.head.offset).saturating_add(entry.head.stored)
}

fn no_snapshot(name: &SnapshotName) -> Error {
    Error::invalid(format!("there is no snapshot `{name}`"))
}
