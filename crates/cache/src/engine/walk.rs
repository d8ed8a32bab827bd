//! A few entries of memory at a time.

use forebay_store::{Key, Value};

use super::shared::Shared;

/// A shard and a slot of it.
type Place = (usize, u32);

impl<K: Key, V: Value> Shared<K, V> {
    /// The entries of some slots from a place on, and the place behind them.
    pub(crate) fn resident_from(&self, (n, from): Place) -> (Vec<(K, V)>, Option<Place>) {
        let Some(cell) = self.cells.get(n) else { return (Vec::new(), None) };
        let wall = self.wall();
        let (entries, next) = cell.lock.read().visible_from(from, wall);
        (entries, Some(next.map_or((n + 1, 0), |at| (n, at))))
    }
}
