//! Puts all objects of a commit where its manifest can refer to them.

use std::collections::HashMap;
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::super::catalog::Known;
use super::super::crew::side_by_side;
use super::super::item::Item;
use super::super::manifest::Spot;
use super::super::part::Part;
use super::super::placing::Placed;
use super::super::vault::Vault;
use super::order::CommitOrder;
use super::packer::Packer;
use crate::blob::Head;
use crate::key::Key;

/// Where the blob of an object of a commit is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gathered {
    pub(super) spot: Spot,
    pub(super) head: Head,
    /// It was written from memory: the slot may have it for its own.
    pub(super) is_new: bool,
    /// It was written for this commit.
    pub(super) is_written: bool,
}

impl Vault {
    /// Puts all objects there, and says for the key of each in the order where it is: under another key, if
    /// it was lent and changed since. Their bytes are durable then, but not their names.
    pub(super) fn gather(self: &Arc<Self>, order: &CommitOrder) -> Result<HashMap<Key, Gathered>> {
        let packed = self.packed_before(order)?;
        let mut gathered = HashMap::new();
        let mut missing: Vec<(Key, &Item)> = Vec::with_capacity(order.objects.len());
        for (key, item) in &order.objects {
            match packed.get(key) {
                Some(known) => {
                    gathered.insert(*key, *known);
                }
                None => missing.push((*key, item)),
            }
        }
        // The order of a map is another one each time.
        missing.sort_unstable_by_key(|(key, _)| *key);
        let failed = self.gather_some(order.limit, &missing, &mut gathered)?;
        if failed.is_empty() {
            return Ok(gathered);
        }
        // Their packs have failed a sync, so they are written once more (G11).
        let again = |key: &Key| order.objects.get(key).map(|item| (*key, item));
        let again: Vec<(Key, &Item)> = failed.iter().filter_map(again).collect();
        if self.gather_some(order.limit, &again, &mut gathered)?.is_empty() {
            return Ok(gathered);
        }
        Err(Error::unavailable("sync a pack: it has failed twice"))
    }

    /// Says which have to be written again.
    fn gather_some(
        self: &Arc<Self>,
        limit: usize,
        items: &[(Key, &Item)],
        gathered: &mut HashMap<Key, Gathered>,
    ) -> Result<Vec<Key>> {
        let packer = Arc::new(Packer::new(&self.files, &self.pool.seams.random));
        let pieces = items.chunks(piece(items.len())).map(|items| {
            let (vault, packer) = (Arc::clone(self), Arc::clone(&packer));
            let items: Vec<Item> = items.iter().map(|(_, item)| (*item).clone()).collect();
            move || items.iter().map(|item| vault.gather_one(item, &packer)).collect()
        });
        let done: Vec<Vec<Gathered>> = side_by_side(&self.pool.lanes, limit, pieces)?;
        let packer = Arc::into_inner(packer);
        let failed =
            packer.ok_or_else(|| Error::unavailable("the packs are still in use"))?.finish()?;
        let mut again = Vec::new();
        for ((key, _), one) in items.iter().zip(done.into_iter().flatten()) {
            match one.spot {
                Spot::Pack { pack, .. } if failed.contains(&pack) => again.push(*key),
                _ => {
                    gathered.insert(*key, one);
                }
            }
        }
        Ok(again)
    }

    fn gather_one(&self, item: &Item, packer: &Packer) -> Result<Gathered> {
        let placed =
            self.place(Part::Objects, item.object(), self.settings.small_max.as_bytes())?;
        Ok(match placed {
            Placed::Named(head) => {
                Gathered { spot: Spot::File, head, is_new: false, is_written: false }
            }
            Placed::Copied(head) => {
                Gathered { spot: Spot::File, head, is_new: false, is_written: true }
            }
            Placed::New(head) => {
                Gathered { spot: Spot::File, head, is_new: true, is_written: true }
            }
            Placed::Small(head, blob, is_new) => {
                Gathered { spot: packer.put(&blob)?, head, is_new, is_written: true }
            }
        })
    }

    /// Which objects stay in the packs where they are: those of packs of which this commit refers to at
    /// least half. The others are copied, so that the packs of deleted snapshots go, and so are those that
    /// a pack which was cut has no more.
    fn packed_before(&self, order: &CommitOrder) -> Result<HashMap<Key, Gathered>> {
        let known = self.known()?;
        let mut used: HashMap<Key, u64> = HashMap::new();
        let in_pack = |known: &Known, key| match known.places.get(&key) {
            Some((Spot::Pack { pack, at }, head)) => Some((*pack, *at, *head)),
            _ => None,
        };
        for key in order.objects.keys() {
            if let Some((pack, _, head)) = in_pack(&known, *key) {
                let length = u64::from(head.offset).saturating_add(head.stored);
                let used = used.entry(pack).or_default();
                *used = used.saturating_add(length);
            }
        }
        let mut staying = HashMap::new();
        for (pack, used) in used {
            let length = self.pack_length(pack)?.filter(|length| used >= length / 2);
            staying.extend(length.map(|length| (pack, length)));
        }
        let one = |key: &Key| {
            let (pack, at, head) = in_pack(&known, *key)?;
            let spot = Spot::Pack { pack, at };
            let gathered = Gathered { spot, head, is_new: false, is_written: false };
            let end = at.checked_add(u64::from(head.offset))?.checked_add(head.stored)?;
            (end <= *staying.get(&pack)?).then_some((*key, gathered))
        };
        Ok(order.objects.keys().filter_map(one).collect())
    }
}

/// So many objects are handed over together, one after the other: to hand over one costs as much as to write a
/// small one. Few are handed over singly, for they may be large.
fn piece(objects: usize) -> usize {
    (objects / 64).clamp(1, 16)
}
