//! Fresh entries: a put has just made them dirty, and the shard has noted no more than that.
//!
//! Such a put changes the entry alone and leaves a note of it. The entry has no work yet, and is where it was among the
//! clean ones. A few of them are seen to at once: what the processor fetches for one then does not wait for what it fetches for
//! another, while each put would wait for its own. Only a hit and another put meet a shard
//! with fresh entries, because the shard's lock (`engine/gate.rs`) sees to them before it lets in anything else.

use std::hint::black_box;

use forebay_store::Moment;
use forebay_store::sync::atomic::Ordering;

use super::accept::Accepted;
use super::entry::{Entry, ListId, Quiet};
use super::over::{Over, Put};
use super::roster::NONE;
use super::shard::Shard;
use super::tick::Asked;
use super::work::Work;
use crate::engine::{Budget, Room};

/// A clean entry was made dirty, and waits to be put on the dirty list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fresh {
    at: u32,
    /// The write that made it dirty. All before it are stored.
    since: u64,
    dirtied: Moment,
}

/// So many of a shard are seen to at once, which is as many as the flusher picks under one lock.
const FRESH_MAX: usize = 128;

impl<K, V> Shard<K, V> {
    /// Whether a put may leave it at a note that an entry is dirty now.
    ///
    /// The dirty list has an entry, so the flusher knows when to come, and no onlooker counts on a whole shard.
    /// Time does not matter to the entry, or a hit would have to know that it is not stored.
    #[inline]
    pub(super) fn may_be_fresh(&self, entry: &Entry<K, V>, put: &Put<K, V>) -> bool {
        let is_clean = matches!(entry.list(), ListId::Small | ListId::Main);
        debug_assert!(self.is_whole() || self.may_begin_fresh(), "a step leaves a whole shard");
        let is_timeless = !entry.is_timed() && put.deadline == 0;
        // While one is fresh, nothing of the rest changes: a step or an onlooker sees to it first.
        is_clean && is_timeless && (!self.is_whole() || self.may_begin_fresh())
    }

    /// Whether the first entry may be fresh.
    fn may_begin_fresh(&self) -> bool {
        let has_room = self.works.len() + FRESH_MAX < NONE as usize;
        has_room
            && self.times.is_none()
            && self.dirty.head().is_some()
            && self.onlookers.load(Ordering::Relaxed) == 0
    }

    /// Makes a clean entry dirty, if there is room. Else nothing has changed.
    #[inline]
    pub(super) fn put_fresh(
        &mut self,
        at: u32,
        put: &mut Put<K, V>,
        budget: &Budget,
        ask: impl FnOnce() -> Asked,
    ) -> Option<Over> {
        let room = Room { bytes: u64::from(put.weight), entries: 1 };
        if !budget.try_take(room, put.account) {
            return None;
        }
        let dirtied = self.dated_fresh(ask);
        let (version, stamp) = (self.next_seq(), self.next_seq());
        self.count_unstored();
        let (entry, weighed) = self.entries.swap(at, &mut put.held, put.weight, 0, stamp);
        // It held something before, so writing it is a use, as `note_written` says.
        entry.note_fresh();
        entry.renew_key(&mut put.key);
        let list = entry.list();
        if weighed != put.weight {
            self.weight = self.weight - u64::from(weighed) + room.bytes;
            self.order.reweigh(list, weighed, put.weight);
        }
        self.fresh.push(Fresh { at, since: version, dirtied });
        if self.fresh.len() == FRESH_MAX {
            self.see_to_fresh();
        }
        Some(Over::Fresh { accepted: Accepted { at, version, number: 0 }, now: dirtied })
    }

    /// The date of what is made fresh now. It is no later than now, as all of them.
    #[inline]
    fn dated_fresh(&mut self, ask: impl FnOnce() -> Asked) -> Moment {
        if self.tick.take() {
            return self.dated;
        }
        let (before, Asked { now, is_exact }) = (self.dated, ask());
        let dated = self.dated(now);
        self.tick.seen(dated == before && !is_exact);
        dated
    }

    /// Whether no entry is fresh.
    #[inline]
    pub(crate) fn is_whole(&self) -> bool {
        self.fresh.is_empty()
    }

    /// No entry is fresh from now on: each has its work, and is on the dirty list, as `settle` would have it (G5).
    #[inline]
    pub(crate) fn make_whole(&mut self) {
        self.tick.end();
        if !self.is_whole() {
            self.see_to_fresh();
        }
    }

    #[inline(never)]
    fn see_to_fresh(&mut self) {
        // What ties them, and their neighbours, is fetched side by side. Where one is the other's neighbour, as
        // those are that are written in the order in which they were stored, each would wait for the one before.
        for Fresh { at, .. } in &self.fresh {
            let ties = self.entries.ties(*at);
            for neighbour in [ties.prev, ties.next] {
                if neighbour != NONE {
                    black_box(self.entries.ties(neighbour).prev);
                }
            }
        }
        // Back afterwards, with the memory that it has.
        let mut fresh = std::mem::take(&mut self.fresh);
        for Fresh { at, since, dirtied } in fresh.drain(..) {
            let entry = &mut self.entries[at];
            debug_assert_eq!(entry.quiet(), Quiet::Fresh, "a note is of a fresh entry");
            // The latest put over it has told the stamp only.
            let (version, weight) = (entry.stamp - 1, entry.weight());
            entry.set_quiet(Quiet::Alone);
            self.order.hand_over(&mut self.dirty, &mut self.entries, at);
            let make = |_| Work::fresh(at, since, version, weight, dirtied);
            let work = self.works.insert(make).expect("room for it was asked for");
            self.entries.ties_mut(at).work = work;
            debug_assert!(self.is_settled(at), "nothing is left to be settled");
        }
        self.order.forget_left(&self.entries);
        self.fresh = fresh;
    }

    /// An onlooker is about to take the read lock: no entry becomes fresh before.
    pub(crate) fn expect_onlooker(&mut self) {
        self.make_whole();
        *self.onlookers.get_mut() += 1;
    }

    /// That onlooker has the read lock.
    pub(crate) fn see_onlooker(&self) {
        self.onlookers.fetch_sub(1, Ordering::Relaxed);
    }
}
