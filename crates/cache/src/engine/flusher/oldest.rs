//! The oldest of all shards first: what goes because a time was promised, or because the journal needs room.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use forebay_store::{Key, Moment, Value};

use crate::engine::shared::Shared;
use crate::engine::storing::{Flight, Gathering};

impl<K: Key, V: Value> Shared<K, V> {
    /// A batch of the oldest that are due.
    pub(super) fn take_oldest(self: &Arc<Self>, now: Moment) -> Option<Flight<K, V>> {
        let mut gathering = Gathering::new(&self.flusher.pace);
        self.gather_oldest(&mut gathering, now);
        self.flight_of(gathering.items, 1)
    }

    /// Fills a batch up with the oldest that are due, if a time was promised.
    pub(super) fn gather_oldest(
        self: &Arc<Self>,
        gathering: &mut Gathering<'_, K, V>,
        now: Moment,
    ) {
        let pace = &self.flusher.pace;
        if pace.promised.is_none() {
            return;
        }
        let is_pressed = self.budget.is_pressed();
        self.gather_by_age(gathering, |dirtied_at, is_marked| {
            is_marked || is_pressed || pace.due(dirtied_at) <= now
        });
    }

    /// Fills a batch up with what is due by this rule, the oldest of all shards first.
    pub(super) fn gather_by_age(
        self: &Arc<Self>,
        gathering: &mut Gathering<'_, K, V>,
        is_due: impl Fn(Moment, bool) -> bool,
    ) {
        let slice = self.flusher.pace.slice();
        let heads = self.cells.iter().enumerate();
        let heads = heads.filter_map(|(n, cell)| Some(Reverse((cell.head()?, n))));
        let heads = heads.filter(|Reverse((head, _))| is_due(head.dirtied, head.is_marked));
        let mut heads: BinaryHeap<_> = heads.collect();
        while !gathering.is_full()
            && let Some(Reverse((head, n))) = heads.pop()
        {
            // Up to here nobody else has anything older, or not by much.
            let next = heads.peek().map_or(Moment(u64::MAX), |Reverse((next, _))| next.dirtied);
            let until = next.after(slice);
            let is_next = |dirtied_at: Moment, is_marked: bool| {
                dirtied_at <= until && is_due(dirtied_at, is_marked)
            };
            while self.pick_some(n, gathering, is_next) {}
            // A shard that gave nothing is out for this time: what it cannot give holds up nobody else (G8).
            let left = self.cells[n].head().filter(|left| left.dirtied > head.dirtied);
            let left = left.filter(|left| is_due(left.dirtied, left.is_marked));
            heads.extend(left.map(|left| Reverse((left, n))));
        }
    }
}
