//! Making room in memory. What goes first is the [order's](super::order) to say; entries that are not
//! stored are not in it (G5). When it is empty, stored values of keys for which something is under way
//! go too, and their entries stay.

use std::hash::Hash;

use super::effects::Effects;
use super::entry::{Entry, Held};
use super::shard::Shard;

impl<K: Eq + Hash, V> Shard<K, V> {
    /// Evicts one clean entry. Says whether there was one.
    pub(crate) fn evict_one(&mut self, effects: &mut Effects<K, V>) -> bool {
        let Some(entry) = self.take_one() else { return self.shed_one(effects) };
        effects.drop(entry.held);
        effects.drop_key(entry.key);
        true
    }

    /// Evicts one clean entry, for a caller who drops it when the lock is gone.
    pub(crate) fn take_one(&mut self) -> Option<Entry<K, V>> {
        let at = self.order.victim(&mut self.entries)?;
        self.order.took(&self.entries[at]);
        self.take_out(at)
    }

    /// The last resort: lets go of the stored value of a key for which something is under way. The
    /// stamp stays, because the value has not changed: it is only not in memory any more.
    fn shed_one(&mut self, effects: &mut Effects<K, V>) -> bool {
        let Some(at) = self.busy.head() else { return false };
        self.busy.unlink(&mut self.entries, at);
        let entry = &mut self.entries[at];
        self.weight -= u64::from(std::mem::take(&mut entry.weight));
        effects.drop(std::mem::replace(&mut entry.held, Held::Nothing));
        true
    }
}
