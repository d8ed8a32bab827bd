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
    values: BTreeMap<Tag, Value>,
    /// The life and version of each delete.
    deletes: BTreeMap<Name, Vec<Rank>>,
    /// The last life in which a key was perhaps deleted, and nobody was told so.
    doubtful: BTreeMap<Name, u64>,
    /// The newest that has landed.
    newest: BTreeMap<Name, (Rank, Option<Tag>)>,
}

/// A write that made a value.
#[derive(Clone, Copy, Debug)]
struct Value {
    life: u64,
    version: Option<u64>,
    /// Somebody was told that it was accepted. What nobody was told of may be taken back: a
    /// write-through of unknown outcome is overwritten by the value before it, which is still read.
    is_told: bool,
}

impl Order {
    /// Looks at what has landed in life `life`, which has written this.
    pub(crate) fn check(&mut self, life: u64, ledger: &Ledger, store: &SimStore, world: &World) {
        for entry in ledger.entries() {
            match (entry.tag, entry.version) {
                (Some(tag), version) => {
                    let version = version.or_else(|| store.sent(tag));
                    let is_told = entry.rung.is_some();
                    self.values.insert(tag, Value { life, version, is_told });
                }
                (None, Some(version)) => {
                    self.deletes.entry(entry.key).or_default().push((life, version));
                }
                (None, None) => drop(self.doubtful.insert(entry.key, life)),
            }
        }
        for landing in store.take_landings() {
            let Some((rank, is_told)) = self.rank(&landing) else { continue };
            let newest = self.newest.get(&landing.key);
            if let Some((newer, tag)) = newest.filter(|newest| rank < newest.0) {
                let (old, new) = (short(landing.tag), short(*tag));
                let text = format!("{old} {rank:?} landed after {new} {newer:?} (life, version)");
                world.violate(Broken::Order, Some(landing.key), text);
            } else if is_told {
                self.newest.insert(landing.key, (rank, landing.tag));
            }
        }
    }

    fn rank(&self, landing: &Landing) -> Option<(Rank, bool)> {
        if let Some(tag) = landing.tag {
            let value = self.values.get(&tag)?;
            return Some(((value.life, value.version.unwrap_or(landing.version)), value.is_told));
        }
        // A replay gives a delete another version, which an older one may have had.
        let deletes = self.deletes.get(&landing.key)?.iter();
        let life = deletes.clone().map(|rank| rank.0).max()?;
        // Nothing is known of the order of a delete of which nobody was told, and a later life may have
        // found it in the journal: it would be taken for an older one that happens to have its version.
        if self.doubtful.get(&landing.key).is_some_and(|doubtful| *doubtful >= life) {
            return None;
        }
        let delete = deletes.copied().find(|rank| *rank == (life, landing.version));
        delete.map(|rank| (rank, true))
    }
}
