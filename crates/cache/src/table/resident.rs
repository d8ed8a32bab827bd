//! What memory has, seen as a whole: filled ahead, and gone through.

use std::hash::Hash;

use forebay_store::WallTime;

use super::effects::Effects;
use super::fill::{Keep, Read};
use super::shard::Shard;

impl<K: Eq + Hash, V: Clone> Shard<K, V> {
    /// Slots looked at under one lock.
    const SLOTS_AT_ONCE: u32 = 64;

    /// Holds a value of the store for a key of which memory knows nothing. Says whether it is held.
    pub(crate) fn fill_unknown(
        &mut self,
        hash: u64,
        key: K,
        keep: Keep<V>,
        wall: WallTime,
        effects: &mut Effects<K, V>,
    ) -> bool {
        // One whose `eq` panics is not held.
        if self.is_closed || !matches!(self.found(hash, &key), Ok(None)) {
            effects.drop_key(key);
            effects.drop(keep.held);
            return false;
        }
        let Ok(at) = self.ensure_at(None, hash, key, effects) else {
            effects.drop(keep.held);
            return false;
        };
        self.hold(at, keep.held, keep.weight, keep.deadline, effects);
        self.begin_times(at, wall.0);
        self.settle(at, effects);
        true
    }

    /// The visible values of some slots from one on, and the slot behind them, if there is one.
    pub(crate) fn visible_from(&self, from: u32, wall: WallTime) -> (Vec<(K, V)>, Option<u32>)
    where
        K: Clone,
    {
        if self.is_closed {
            return (Vec::new(), None);
        }
        let end = self.entries.end();
        let to = end.min(from.saturating_add(Self::SLOTS_AT_ONCE));
        let visible = (from..to).filter_map(|at| {
            let entry = self.entries.get(at)?;
            match self.read(at, || wall) {
                Read::Hit(value) => Some((entry.key.clone(), value?)),
                Read::Miss => None,
            }
        });
        (visible.collect(), (to < end).then_some(to))
    }
}
