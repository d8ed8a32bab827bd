//! Making room in memory. What goes first is the [order's](super::order) to say; entries that are not
//! stored are not in it (G5). When it is empty, stored values of keys for which something is under way
//! go too, and their entries stay.

use std::hash::Hash;
use std::mem::needs_drop;

use super::effects::Effects;
use super::entry::{Entry, Held};
use super::shard::Shard;

impl<K: Eq + Hash, V> Shard<K, V> {
    /// Evicts one clean entry. Says whether there was one.
    pub(crate) fn evict_one(&mut self, effects: &mut Effects<K, V>) -> bool {
        let mut gone = None;
        if !self.evict_into(&mut gone) {
            return self.shed_one(effects);
        }
        if let Some(entry) = gone {
            let (key, held) = entry.into_parts();
            effects.drop(held);
            effects.drop_key(key);
        }
        true
    }

    /// Evicts one clean entry. If dropping it may run foreign code, it is in `gone` afterwards, for when the lock
    /// is gone; else there is nothing to be moved.
    pub(crate) fn evict_into(&mut self, gone: &mut Option<Entry<K, V>>) -> bool {
        // G5: of what is clean no entry is fresh.
        self.make_whole();
        let Some(at) = self.order.victim(&mut self.entries) else { return false };
        self.order.took(&self.entries, at);
        if needs_drop::<K>() || needs_drop::<V>() {
            *gone = self.take_out(at);
        } else {
            self.unlist(at);
            self.weight -= u64::from(self.entries[at].weight());
            self.entries.discard(at);
        }
        true
    }

    /// The last resort: lets go of the stored value of a key for which something is under way. The
    /// stamp stays, because the value has not changed: it is only not in memory any more.
    fn shed_one(&mut self, effects: &mut Effects<K, V>) -> bool {
        let Some(at) = self.busy.head() else { return false };
        self.busy.unlink(&mut self.entries, at);
        let entry = &mut self.entries[at];
        self.weight -= u64::from(entry.weight());
        entry.set_weight(0);
        let mut held = Held::Nothing;
        entry.swap(&mut held);
        effects.drop(held);
        true
    }
}

impl<K, V> Shard<K, V> {
    /// Whether there is anything to evict.
    #[inline]
    pub(crate) fn has_freeable(&self) -> bool {
        !self.order.is_empty() || self.busy.head().is_some()
    }
}
