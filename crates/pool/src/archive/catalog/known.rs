//! What the manifests of an archive said when they were read.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use forebay_store::{Error, ErrorKind, Result};

use super::super::manifest::{Entry, ManifestHead, Spot};
use super::super::names::SnapshotName;
use crate::blob::Head;
use crate::budget::{Ledger, Room};
use crate::key::Key;

/// What the manifests of an archive said when they were read.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) manifests: BTreeMap<SnapshotName, Manifest>,
    /// Where the blob of each key is.
    pub(crate) places: HashMap<Key, (Spot, Head)>,
    /// The room that this takes in a pool's memory.
    room: Option<Room>,
}

/// What one manifest said.
#[derive(Clone, Debug)]
pub(crate) enum Manifest {
    Read {
        head: ManifestHead,
        entries: Arc<[Entry]>,
    },
    /// It cannot be read, or is damaged.
    Unreadable(Error),
}

impl Manifest {
    /// Whether it was one for certain: it was read, or its bytes are damaged.
    pub(crate) fn is_certain(&self) -> bool {
        match self {
            Self::Read { .. } => true,
            Self::Unreadable(error) => error.kind() == ErrorKind::Corrupt,
        }
    }
}

impl Known {
    /// Its memory is the pool's, if there is a `ledger`.
    pub(super) fn of(
        manifests: BTreeMap<SnapshotName, Manifest>,
        ledger: Option<&Arc<Ledger>>,
    ) -> Self {
        let mut known = Self { manifests, places: HashMap::new(), room: None };
        for manifest in known.manifests.values() {
            if let Manifest::Read { entries, .. } = manifest {
                known.places.extend(entries.iter().map(|e| (e.head.id, (e.spot, e.head))));
            }
        }
        known.room = ledger.map(|ledger| ledger.own(known.bytes()));
        known
    }

    /// The entries of a snapshot, if it is there.
    pub(crate) fn entries(&self, name: &SnapshotName) -> Result<Option<&Arc<[Entry]>>> {
        match self.manifests.get(name) {
            None => Ok(None),
            Some(Manifest::Read { entries, .. }) => Ok(Some(entries)),
            Some(Manifest::Unreadable(error)) => Err(error.clone()),
        }
    }

    /// An error if there is a manifest that nobody can read: then nobody knows what it refers to.
    pub(crate) fn check_all(&self) -> Result<()> {
        let mut errors = self.manifests.values().filter_map(|manifest| match manifest {
            Manifest::Unreadable(error) => Some(error.clone()),
            Manifest::Read { .. } => None,
        });
        errors.next().map_or(Ok(()), Err)
    }

    /// How many manifests nobody can read.
    pub(crate) fn damaged(&self) -> u64 {
        let is_damaged = |manifest: &&Manifest| matches!(manifest, Manifest::Unreadable(_));
        self.manifests.values().filter(is_damaged).count() as u64
    }

    /// The highest sequence.
    pub(crate) fn sequence(&self) -> u64 {
        let sequences = self.manifests.values().map(|manifest| match manifest {
            Manifest::Read { head, .. } => head.sequence,
            Manifest::Unreadable(_) => 0,
        });
        sequences.max().unwrap_or(0)
    }

    /// About what it takes in memory.
    fn bytes(&self) -> u64 {
        let of_manifest = |manifest: &Manifest| match manifest {
            Manifest::Read { entries, .. } => {
                let names = entries.iter().map(|entry| entry.name.len() + entry.type_name.len());
                size_of_val(&**entries) + names.sum::<usize>()
            }
            Manifest::Unreadable(_) => 0,
        };
        let manifests: usize = self.manifests.values().map(of_manifest).sum();
        let places = self.places.len() * (size_of::<(Key, Spot, Head)>() + 16);
        (manifests + places) as u64
    }
}
