//! Making room in memory. What goes first is the [order's](super::order) to say; entries that are not
//! stored are not in it, or leave it when they would be next (G5). When it is empty, stored values of keys for which something is
//! under way go too, and their entries stay.

use std::hash::Hash;
use std::hint::black_box;
use std::mem::needs_drop;

use super::effects::Effects;
use super::entry::{Entry, Held};
use super::gone::Gone;
use super::order::Victim;
use super::shard::Shard;

impl<K: Eq + Hash, V> Shard<K, V> {
    /// Evicts one clean entry, or sheds a value if there is none. Says what has come of it: `Is` is either of them.
    pub(crate) fn evict_one(&mut self, effects: &mut Effects<K, V>) -> Victim {
        let victim = self.order.victim(&mut self.entries);
        let at = match victim {
            Victim::Is(at) => at,
            Victim::IsBehind => return victim,
            Victim::Nobody => return self.shed_one(effects),
        };
        if let Some(entry) = self.evict_at(at) {
            let (key, held) = entry.into_parts();
            effects.drop(held);
            effects.drop_key(key);
        }
        victim
    }

    /// Evicts one clean entry. If dropping it may run foreign code, it is in `gone` afterwards, for when the lock
    /// is gone. It stays if there is no place for it.
    pub(crate) fn evict_into<const PLACES: usize>(
        &mut self,
        gone: &mut Gone<K, V, PLACES>,
    ) -> bool {
        if gone.is_full() {
            return false;
        }
        let Victim::Is(at) = self.order.victim(&mut self.entries) else { return false };
        if let Some(entry) = self.evict_at(at) {
            gone.keep(entry);
        }
        true
    }

    /// As [`evict_into`](Self::evict_into), but only if nobody has used the entry that is next to go, and it weighs
    /// no more than `most`.
    pub(crate) fn evict_unused<const PLACES: usize>(
        &mut self,
        most: u64,
        gone: &mut Gone<K, V, PLACES>,
    ) -> bool {
        if gone.is_full() {
            return false;
        }
        let next = self.order.unused(&self.entries);
        let light = next.filter(|at| u64::from(self.entries[*at].weight()) <= most);
        let Some(at) = light else { return false };
        if let Some(entry) = self.evict_at(at) {
            gone.keep(entry);
        }
        true
    }

    /// What is left of the victim, if dropping it may run foreign code; else there is nothing to be moved.
    fn evict_at(&mut self, at: u32) -> Option<Entry<K, V>> {
        self.order.took(&self.entries, at);
        if needs_drop::<K>() || needs_drop::<V>() {
            return self.take_out(at);
        }
        self.order.leave(&mut self.entries, at);
        self.weight -= u64::from(self.entries[at].weight());
        self.entries.discard(at);
        None
    }

    /// Looks at what evicting the next few will look at. None of it hangs on another, so the processor fetches it at
    /// once; fetched entry by entry, it is most of what an eviction costs.
    pub(crate) fn foresee(&self, many: usize) {
        let look = |at| {
            let print = self.entries.ties(at).print;
            self.entries.foresee(print) ^ self.order.foresee(print) ^ self.entries[at].weight()
        };
        let seen = self.order.next(&self.entries).take(many).map(look);
        black_box(seen.fold(self.order.foresee_new(&self.entries), |all, one| all ^ one));
    }

    /// The last resort: lets go of the stored value of a key for which something is under way. The
    /// stamp stays, because the value has not changed: it is only not in memory any more.
    fn shed_one(&mut self, effects: &mut Effects<K, V>) -> Victim {
        let Some(at) = self.busy.head() else { return Victim::Nobody };
        self.busy.unlink(&mut self.entries, at);
        let entry = &mut self.entries[at];
        self.weight -= u64::from(entry.weight());
        entry.set_weight(0);
        let mut held = Held::Nothing;
        entry.swap(&mut held);
        effects.drop(held);
        Victim::Is(at)
    }
}

impl<K, V> Shard<K, V> {
    /// Whether anything may be evicted, or is set aside for works.
    #[inline]
    pub(crate) fn has_freeable(&self) -> bool {
        !self.order.is_empty() || self.busy.head().is_some() || self.has_aside()
    }
}
