//! What is to be committed.

use std::collections::HashMap;

use forebay_store::{Error, Result};

use super::super::item::Item;
use super::super::manifest::{Entry, ManifestHead};
use super::super::names::{SnapshotName, looks_unfinished};
use crate::key::Key;

/// What is to be committed.
#[derive(Debug)]
pub(crate) struct CommitOrder {
    pub(crate) name: SnapshotName,
    /// In the order of the names, each name once.
    pub(super) entries: Vec<(Box<str>, Key)>,
    /// Each object once.
    pub(super) objects: HashMap<Key, Item>,
    /// So many are written at once.
    pub(super) limit: usize,
}

impl CommitOrder {
    /// `Invalid` if a name is there twice, empty or too long, or the snapshot's is as of what is being written, or
    /// hidden.
    pub(crate) fn new(
        name: SnapshotName,
        items: impl IntoIterator<Item = (String, Item)>,
        limit: usize,
    ) -> Result<Self> {
        if looks_unfinished(&name) {
            let message = format!("`{name}`: a snapshot's name does not end so, in any case");
            return Err(Error::invalid(message));
        }
        if name.is_hidden() {
            let message = format!("`{name}`: a new snapshot's name does not begin with a dot");
            return Err(Error::invalid(message));
        }
        let mut order = Self { name, entries: Vec::new(), objects: HashMap::new(), limit };
        for (name, item) in items {
            if name.is_empty() || name.len() > Entry::NAME_MAX {
                let most = Entry::NAME_MAX;
                return Err(Error::invalid(format!("`{name}`: a name has 1 to {most} bytes")));
            }
            let key = item.object().key();
            order.entries.push((name.into(), key));
            order.objects.entry(key).or_insert(item);
        }
        order.entries.sort_unstable();
        let twice = order.entries.windows(2).find(|pair| pair[0].0 == pair[1].0);
        if let Some(pair) = twice {
            return Err(Error::invalid(format!("the name `{}` is there twice", pair[0].0)));
        }
        if order.entries.len() > ManifestHead::ENTRIES_MAX as usize {
            let most = ManifestHead::ENTRIES_MAX;
            return Err(Error::refused(format!("a snapshot has {most} objects at most")));
        }
        Ok(order)
    }

    /// The keys in the order of the names, as they were when the order was made.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> {
        self.entries.iter().map(|(_, key)| *key)
    }
}
