//! Which clean entry goes when memory is full: S3-FIFO (Yang and others, SOSP 2023), by weight.
//!
//! New entries enter a small list. Who was used again by the time it reaches the head moves to
//! the main list; who was not goes, leaving a fingerprint. The main list goes round, each use
//! buying one more round. Entries that are not stored are on neither list (G5). When both are empty,
//! stored values of keys for which something is under way go too, and their entries stay.

use std::hash::Hash;

use super::effects::Effects;
use super::entry::Held;
use super::shard::Shard;

impl<K: Eq + Hash, V> Shard<K, V> {
    /// The small list's share of the clean weight, as a divisor.
    const SMALL_SHARE: u64 = 10;

    /// Evicts one clean entry. Says whether there was one.
    ///
    /// Each step either evicts, or moves an entry to the main list, or takes one use from an
    /// entry, so the cost is constant over the life of an entry.
    pub(crate) fn evict_one(&mut self, effects: &mut Effects<K, V>) -> bool {
        self.ghost.fit(self.small.len() + self.main.len());
        loop {
            let clean = self.small.weight() + self.main.weight();
            let small_first = self.small.weight() * Self::SMALL_SHARE > clean;
            let head = if small_first { self.small.head() } else { self.main.head() };
            let Some(at) = head.or_else(|| self.small.head()).or_else(|| self.main.head()) else {
                return self.shed_one(effects);
            };
            let uses = self.entries[at].uses();
            if !self.entries[at].is_main {
                if uses == 0 {
                    self.ghost.remember(self.entries[at].print);
                    self.free(at, effects);
                    return true;
                }
                self.small.unlink(&mut self.entries, at);
                self.entries[at].is_main = true;
                self.entries[at].set_uses(0);
                self.main.push_tail(&mut self.entries, at);
            } else if uses == 0 {
                self.free(at, effects);
                return true;
            } else {
                self.entries[at].set_uses(uses - 1);
                self.main.unlink(&mut self.entries, at);
                self.main.push_tail(&mut self.entries, at);
            }
        }
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
