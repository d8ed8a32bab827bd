//! What goes because it has been dirty for long enough, or because room is scarce, and what goes along.
//!
//! A call of the store costs much more than a write in it. So what has waited for half of its time goes along
//! with what has waited for all of it, if there is room in the batch: the calls are few and large.

use std::sync::Arc;

use forebay_store::{Key, Moment, Value};

use crate::engine::shared::Shared;
use crate::engine::storing::{Flight, Gathering};

impl<K: Key, V: Value> Shared<K, V> {
    pub(super) fn take_due(self: &Arc<Self>, now: Moment) -> Option<Flight<K, V>> {
        if self.flusher.pace.promised.is_some() {
            return self.take_oldest(now);
        }
        let is_pressed = self.budget.is_pressed();
        let pace = &self.flusher.pace;
        let is_due = |dirtied_at: Moment, is_marked: bool| {
            is_marked || is_pressed || pace.due(dirtied_at) <= now
        };
        let mut gathering = Gathering::new(pace);
        self.gather_due(&mut gathering, is_due);
        if !gathering.items.is_empty() {
            let goes_along = |dirtied_at: Moment, _| pace.goes_along(dirtied_at) <= now;
            self.gather_due(&mut gathering, goes_along);
        }
        self.flight_of(gathering.items, 1)
    }

    /// Fills a batch up with what is due by this rule, shard after shard.
    fn gather_due(
        self: &Arc<Self>,
        gathering: &mut Gathering<'_, K, V>,
        is_due: impl Fn(Moment, bool) -> bool,
    ) {
        let shards = self.cells.len();
        let first = self.flusher.state.lock().shard;
        for n in (0..shards).map(|next| (first + next) % shards) {
            let Some(head) = self.cells[n].head() else { continue };
            if !is_due(head.dirtied, head.is_marked) {
                continue;
            }
            if gathering.is_full() {
                break;
            }
            // The next batch begins behind the shard that filled this one.
            self.flusher.state.lock().shard = (n + 1) % shards;
            while self.pick_some(n, gathering, &is_due) {}
        }
    }

    /// So many are picked in one step, so that nobody waits long for the lock.
    const PICKED_AT_ONCE: usize = 128;

    /// Picks what is due by this rule in a shard. Says whether there may be more.
    pub(super) fn pick_some(
        self: &Arc<Self>,
        n: usize,
        gathering: &mut Gathering<'_, K, V>,
        is_due: impl Fn(Moment, bool) -> bool,
    ) -> bool {
        self.step_beside_fresh(n, |shard, effects| {
            for _ in 0..Self::PICKED_AT_ONCE {
                if gathering.is_full() {
                    return false;
                }
                let picked = shard.pick_dirty(&is_due, &self.budget, effects);
                let Some(picked) = picked else { return false };
                gathering.push(n, picked);
            }
            true
        })
    }
}
