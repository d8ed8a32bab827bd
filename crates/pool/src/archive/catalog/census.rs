//! What manifests refer to, and what is there besides.

use std::collections::{HashMap, HashSet};

use forebay_store::Result;

use super::super::files::Files;
use super::super::manifest::{Entry, Spot};
use super::super::names;
use super::super::part::Part;
use super::known::{Known, Manifest};
use crate::key::Key;

/// What manifests refer to.
#[derive(Debug, Default)]
pub(crate) struct Census {
    objects: HashSet<Key>,
    /// How many bytes of blobs of each pack.
    packs: HashMap<Key, u64>,
}

/// The names of a folder.
#[derive(Debug, Default)]
pub(crate) struct Present {
    /// Ours.
    pub(crate) keys: Vec<Key>,
    /// Anything else, but what is being written.
    pub(crate) strangers: u64,
}

impl Census {
    /// Of manifests that can all be read.
    pub(crate) fn of(known: &Known) -> Self {
        let mut census = Self::default();
        let mut counted = HashSet::new();
        let entries = known.manifests.values().filter_map(|manifest| match manifest {
            Manifest::Read { entries, .. } => Some(entries.iter()),
            Manifest::Unreadable(_) => None,
        });
        // Of all entries: one object may be at several places, each of which a snapshot needs.
        for Entry { spot, head, .. } in entries.flatten() {
            match *spot {
                Spot::File => {
                    census.objects.insert(head.id);
                }
                Spot::Pack { pack, at } => {
                    let used = census.packs.entry(pack).or_default();
                    if counted.insert((pack, at)) {
                        *used = used.saturating_add(u64::from(head.offset) + head.stored);
                    }
                }
            }
        }
        census
    }

    pub(crate) fn refers_to(&self, part: Part, key: Key) -> bool {
        match part {
            Part::Kept => true,
            Part::Objects => self.objects.contains(&key),
            Part::Packs => self.packs.contains_key(&key),
        }
    }

    /// How many bytes of blobs in a pack are referred to.
    pub(crate) fn of_pack(&self, pack: Key) -> u64 {
        self.packs.get(&pack).copied().unwrap_or(0)
    }
}

impl Present {
    pub(crate) fn of(files: &Files, part: Part) -> Result<Self> {
        let mut present = Self::default();
        let folder = files.folder(part);
        let names = folder.list()?;
        // To open whatever else has such a name may fail, or wait for ever.
        let plain: HashSet<String> = folder.plain_files()?.into_iter().collect();
        for name in names {
            match names::key(&name).filter(|_| plain.contains(&name)) {
                Some(key) => present.keys.push(key),
                None => present.strangers += u64::from(!names::is_unfinished_key(&name)),
            }
        }
        present.keys.sort_unstable();
        Ok(present)
    }
}
