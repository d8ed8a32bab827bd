//! Several shards locked at once, for what concerns all of them in one step.

use std::sync::Arc;

use forebay_lock::Writing;
use forebay_store::{Key, Value};

use super::shared::Shared;
use crate::table::{Effects, Shard};

/// Shards that are locked, in rising order: whoever takes several takes them in this order.
pub(super) struct Locked<'a, K, V>(Vec<One<'a, K, V>>);

/// One of them.
struct One<'a, K, V> {
    n: usize,
    table: Writing<'a, Shard<K, V>>,
    effects: Effects<K, V>,
}

/// A table, and what a step in it leaves.
type Step<'a, K, V> = (&'a mut Shard<K, V>, &'a mut Effects<K, V>);

impl<K: Key, V: Value> Shared<K, V> {
    /// Locks these shards.
    pub(super) fn lock(&self, places: impl Iterator<Item = usize>) -> Locked<'_, K, V> {
        let mut places: Vec<_> = places.collect();
        places.sort_unstable();
        places.dedup();
        // Nobody waits for one while another is made whole.
        self.expect_whole(&places);
        let one = |n: usize| {
            let table = self.cells[n].lock.write();
            table.see_onlooker();
            One { n, table, effects: Effects::default() }
        };
        Locked(places.into_iter().map(one).collect())
    }

    /// Makes each of these whole, which it stays until that is [seen](Shard::see_onlooker). No lock is kept.
    pub(super) fn expect_whole(&self, places: &[usize]) {
        for n in places {
            self.cells[*n].lock.write().expect_onlooker();
        }
    }

    /// Lets go of the locks. What is left to be done goes to `left`.
    pub(super) fn unlock(&self, locked: Locked<'_, K, V>, left: &mut Vec<(usize, Effects<K, V>)>) {
        for One { n, mut table, mut effects } in locked.0 {
            let change = self.cells[n].leave(&mut table, &mut effects);
            drop(table);
            self.note_weight(change);
            left.push((n, effects));
        }
    }

    /// Does what several shards have left to be done, with no lock held.
    pub(super) fn finish_all(self: &Arc<Self>, left: &mut Vec<(usize, Effects<K, V>)>) {
        for (n, mut effects) in left.drain(..) {
            self.finish_late(n, &mut effects);
        }
    }
}

impl<K, V> Locked<'_, K, V> {
    /// One of those that are locked.
    pub(super) fn get(&mut self, n: usize) -> Option<Step<'_, K, V>> {
        let at = self.0.binary_search_by_key(&n, |one| one.n).ok()?;
        let One { table, effects, .. } = self.0.get_mut(at)?;
        Some((table, effects))
    }
}
