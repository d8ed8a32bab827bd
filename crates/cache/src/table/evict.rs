//! Making room in memory. What goes first is the [order's](super::order) to say; entries that are not
//! stored are not in it, or leave it when they would be next (G5). When it is empty, stored values of keys for which something is
//! under way go too, and their entries stay.

use std::hash::Hash;
use std::mem::needs_drop;

use forebay_fetch::fetch_held;

use super::effects::Effects;
use super::entry::{Entry, Held, Print};
use super::gone::Gone;
use super::order::Victim;
use super::roster::NONE;
use super::shard::Shard;

impl<K: Eq + Hash + 'static, V: 'static> Shard<K, V> {
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

    /// As [`evict_into`](Self::evict_into), of so many at most that are next to go and that nobody has used, as long as they weigh no
    /// more than `most` together, and the shard takes more than is to be `left`. Says how many have gone.
    pub(crate) fn evict_unused<const PLACES: usize>(
        &mut self,
        many: usize,
        mut most: u64,
        left: u64,
        gone: &mut Gone<K, V, PLACES>,
    ) -> usize {
        let mut evicted = 0;
        while evicted < many && !gone.is_full() && self.takes() > left {
            let Some(at) = self.order.unused(&self.entries) else { break };
            let weight = u64::from(self.entries[at].weight());
            if weight > most {
                break;
            }
            most -= weight;
            if let Some(entry) = self.evict_at(at) {
                gone.keep(entry);
            }
            evicted += 1;
        }
        evicted
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

    /// Has it fetched what evicting entries will look at, so many at a time: what is gone through then is far away, one thing
    /// behind the other. Of those that go next nothing is left to be done but to see what comes behind them: they were seen to the
    /// last times, first what they are, and then what that leads to.
    pub(crate) fn foresee(&self, many: usize) {
        let mut next = self.order.next();
        for n in 0..3 * many {
            if next == NONE {
                return;
            }
            let (at, ties) = (next, self.entries.ties(next));
            if n >= 2 * many {
                self.entries.foresee_entry(at);
            } else if n >= many {
                self.foresee_all(at, ties.print);
            }
            next = ties.next;
        }
        self.entries.foresee_ties(next);
    }

    #[inline]
    fn foresee_all(&self, at: u32, print: Print) {
        self.entries.foresee(print);
        self.order.foresee(print);
        let entry = &self.entries[at];
        fetch_held(&entry.key);
        if let Some(value) = entry.value() {
            fetch_held(value);
        }
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
