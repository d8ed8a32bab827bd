//! The order of what has landed in the store, over all lives (G3): never something older on
//! something newer of its key.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::past::Landing;
use crate::store::SimStore;
use crate::trace::Broken;
use crate::value::{Name, Tag, short};
use crate::world::World;

/// In which life a write was accepted, and as which of its key.
type Rank = (u64, u64);

/// The ranks of what is known.
#[derive(Debug, Default)]
pub(crate) struct Order {
    values: BTreeMap<Tag, (u64, Option<u64>)>,
    /// The life and version of each delete.
    deletes: BTreeMap<Name, Vec<Rank>>,
    /// The newest that has landed.
    newest: BTreeMap<Name, (Rank, Option<Tag>)>,
}

impl Order {
    /// Looks at what has landed in life `life`, which has written this.
    pub(crate) fn check(&mut self, life: u64, ledger: &Ledger, store: &SimStore, world: &World) {
        for entry in ledger.entries() {
            match (entry.tag, entry.version) {
                (Some(tag), version) => {
                    let version = version.or_else(|| store.sent(tag));
                    self.values.insert(tag, (life, version));
                }
                (None, Some(version)) => {
                    self.deletes.entry(entry.key).or_default().push((life, version));
                }
                (None, None) => {}
            }
        }
        for landing in store.take_landings() {
            let Some(rank) = self.rank(&landing) else { continue };
            let newest = self.newest.entry(landing.key).or_insert((rank, landing.tag));
            if rank < newest.0 {
                let (old, new) = (short(landing.tag), short(newest.1));
                let text = format!("{old} {rank:?} landed after {new} {:?} (life, version)", newest.0);
                world.violate(Broken::Order, Some(landing.key), text);
            } else {
                *newest = (rank, landing.tag);
            }
        }
    }

    /// Nothing is known of the order of a delete of which nobody was told.
    fn rank(&self, landing: &Landing) -> Option<Rank> {
        match landing.tag {
            Some(tag) => {
                let (life, version) = self.values.get(&tag)?;
                Some((*life, version.unwrap_or(landing.version)))
            }
            None => {
                let deletes = self.deletes.get(&landing.key)?.iter();
                deletes.filter(|rank| rank.1 == landing.version).max().copied()
            }
        }
    }
}
