//! Fresh entries: a put has just made them dirty, and the shard has noted no more than that.
//!
//! Such a put changes the entry alone, or adds one, and leaves a note of it. The entry has no work yet; it is where it was among
//! the clean ones, or on no list if it is new. Those that come later are seen to later, so the notes are the end of the dirty
//! list, and while there are any the list itself is not empty: who looks for the oldest looks there.
//!
//! A part of the notes is seen to when the flusher needs more on the dirty list, so it is the flusher as a rule who does it, and
//! not each put. What is fetched for one entry then does not wait for what is fetched for another. What comes to a shard with
//! fresh entries looks at none of them: hits and puts, for which one is as good as dirty, fills, evictions, which pass them, picks for the
//! store and its answers, and the beginning and the giving up of a flush. The shard's lock (`engine/gate.rs`) sees to all of them
//! before it lets in anything else.

use std::collections::VecDeque;
use std::mem::{replace, take};

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

/// An entry was made dirty, or came in so, and waits to be put on the dirty list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fresh {
    pub(super) at: u32,
    /// The write that made it dirty. All before it are stored.
    pub(super) since: u64,
    pub(super) dirtied: Moment,
}

impl Fresh {
    /// A note of nothing.
    const NONE: Self = Self { at: NONE, since: 0, dirtied: Moment(0) };
}

/// So many of a shard are seen to at once, which is as many as the flusher picks under one lock.
const PART: usize = if cfg!(shuttle) { 2 } else { 128 };

const _: () = assert!(PART <= u8::MAX as usize, "a byte counts the notes of a part");

/// A shard has so many parts of notes at most, or the put that ends one more sees to the oldest: a step that counts on a
/// whole shard has that much to do before it, and an eviction that much to pass.
const PARTS_MAX: usize = if cfg!(shuttle) { 2 } else { 128 };

/// The notes of a shard that are not the latest.
#[derive(Debug, Default)]
pub(super) struct Older {
    /// Full parts, the oldest first.
    parts: VecDeque<Vec<Fresh>>,
    /// The memory of those that were seen to for the flusher. A put that asks for so much is slow: the allocator tidies up
    /// before.
    spare: Vec<Vec<Fresh>>,
}

/// Whether an entry is clean, and time does not matter to it.
#[inline]
pub(super) fn is_clean_for_ever<K, V>(entry: &Entry<K, V>) -> bool {
    matches!(entry.list(), ListId::Small | ListId::Main) && !entry.is_timed()
}

impl<K, V> Shard<K, V> {
    /// Whether a put may leave it at a note that an entry is dirty now.
    ///
    /// Time does not matter to the entry, or a hit would have to know that it is not stored.
    #[inline]
    pub(super) fn may_be_fresh(&self, entry: &Entry<K, V>, put: &Put<K, V>) -> bool {
        is_clean_for_ever(entry) && self.may_note(put)
    }

    /// Whether that may be noted of a put, of a key that is clean or not there.
    ///
    /// The dirty list has an entry, so the flusher knows when to come, and no onlooker counts on a whole shard.
    #[inline]
    pub(super) fn may_note(&self, put: &Put<K, V>) -> bool {
        let is_seen = self.onlookers.load(Ordering::Relaxed) > 0;
        put.deadline == 0 && !is_seen && (self.has_fresh() || self.may_begin_fresh())
    }

    /// Whether the first entry may be fresh.
    fn may_begin_fresh(&self) -> bool {
        self.times.is_none() && self.dirty.head().is_some()
    }

    /// Makes a clean entry dirty that [may be fresh](Self::may_be_fresh), if there is room. Else nothing has changed.
    #[inline]
    pub(crate) fn put_fresh(
        &mut self,
        at: u32,
        put: &mut Put<K, V>,
        budget: &Budget,
        ask: impl FnOnce() -> Asked,
    ) -> Option<(Accepted, Moment)> {
        debug_assert!(
            !self.is_quiet(at) && self.may_be_fresh(&self.entries[at], put),
            "it was clean, and its time does not matter"
        );
        let room = Room { bytes: u64::from(put.weight), entries: 1 };
        if !budget.try_take(room, put.account) {
            return None;
        }
        let dirtied = self.dated_fresh(ask);
        let (version, stamp) = (self.next_seq(), self.next_seq());
        self.count_unstored();
        let entry = &mut self.entries[at];
        entry.renew_key(&mut put.key);
        let (list, weighed) = (entry.list(), entry.weight());
        // It held something before, so writing it is a use, as `note_written` says.
        entry.freshen(&mut put.held, put.weight, stamp);
        if weighed != put.weight {
            self.weight = self.weight - u64::from(weighed) + room.bytes;
            self.order.reweigh(list, weighed, put.weight);
        }
        self.note(Fresh { at, since: version, dirtied });
        Some((Accepted { at, version, number: 0 }, dirtied))
    }

    /// As [`put_fresh`](Self::put_fresh), of a key that is not there.
    #[inline(never)]
    pub(super) fn put_new(
        &mut self,
        put: &mut Put<K, V>,
        budget: &Budget,
        ask: impl FnOnce() -> Asked,
    ) -> Option<Over> {
        let room = Room { bytes: u64::from(put.weight), entries: 1 };
        if self.entries.is_full() || !budget.try_take(room, put.account) {
            return None;
        }
        let dirtied = self.dated_fresh(ask);
        let (version, stamp) = (self.next_seq(), self.next_seq());
        let at = self.come_in(put, stamp)?;
        self.entries[at].set_quiet(Quiet::Fresh);
        self.count_unstored();
        self.weight += room.bytes;
        self.note(Fresh { at, since: version, dirtied });
        let accepted = Accepted { at, version, number: 0 };
        Some(Over::New { accepted, now: dirtied })
    }

    #[inline]
    fn note(&mut self, fresh: Fresh) {
        if self.fresh.get(usize::from(self.noted)).is_none() {
            self.begin_part();
        }
        self.fresh[usize::from(self.noted)] = fresh;
        self.noted += 1;
    }

    /// The latest part is full, or there has been none.
    #[inline(never)]
    fn begin_part(&mut self) {
        if self.older.parts.len() == PARTS_MAX {
            self.see_to_fresh();
        }
        let next = self.older.spare.pop().unwrap_or_else(|| vec![Fresh::NONE; PART]);
        let full = replace(&mut self.fresh, next);
        if self.noted > 0 {
            self.older.parts.push_back(full);
        }
        self.noted = 0;
    }

    /// The date of what is made fresh now. It is no later than now, as all of them.
    #[inline]
    fn dated_fresh(&mut self, ask: impl FnOnce() -> Asked) -> Moment {
        if self.tick.take() { self.dated } else { self.dated_by_clock(ask) }
    }

    #[inline(never)]
    fn dated_by_clock(&mut self, ask: impl FnOnce() -> Asked) -> Moment {
        let (before, Asked { now, is_exact }) = (self.dated, ask());
        let dated = self.dated(now);
        self.tick.seen(dated == before && !is_exact);
        dated
    }

    /// All notes, the oldest first.
    pub(super) fn notes(&self) -> impl Iterator<Item = &Fresh> {
        let latest = &self.fresh[..usize::from(self.noted)];
        self.older.parts.iter().flatten().chain(latest)
    }

    /// How many there are.
    #[cfg(test)]
    pub(crate) fn noted(&self) -> usize {
        self.notes().count()
    }

    /// Whether an entry is fresh.
    #[inline]
    pub(super) fn has_fresh(&self) -> bool {
        self.noted > 0
    }

    /// Whether no entry is fresh, and no load an errand yet.
    #[inline]
    pub(crate) fn is_whole(&self) -> bool {
        !self.has_fresh() && self.errands.is_empty()
    }

    fn see_to_some(&mut self) {
        const PARTS: usize = if cfg!(shuttle) { 1 } else { 4 };
        (0..PARTS).for_each(|_| self.see_to_part());
        // The works that it has now take more than the notes did.
        self.older.spare.clear();
    }

    /// The next put looks at the clock.
    #[inline]
    pub(crate) fn end_tick(&mut self) {
        self.tick.end();
    }

    /// Sees to the latest part of the notes, if there are no others, and says so.
    pub(super) fn see_to_latest(&mut self) -> bool {
        let is_latest = self.older.parts.is_empty();
        if is_latest {
            self.end_tick();
            self.see_to_part();
        }
        is_latest
    }

    /// The dirty list has an entry if any is dirty and waits for the flusher.
    #[inline]
    pub(super) fn fill_dirty(&mut self) {
        if self.dirty.head().is_none() {
            self.see_to_part();
        }
    }

    /// Sees to the oldest part of the notes, if there are any.
    #[inline]
    fn see_to_part(&mut self) {
        if self.has_fresh() {
            self.see_to_fresh();
        }
    }

    #[inline(never)]
    fn see_to_fresh(&mut self) {
        let older = self.older.parts.pop_front();
        let is_last = older.is_none();
        let part = older.unwrap_or_else(|| take(&mut self.fresh));
        let len = if is_last { usize::from(replace(&mut self.noted, 0)) } else { PART };
        let notes = &part[..len];
        // What ties them, and their neighbours, is fetched side by side. Where one is the other's neighbour, as
        // those are that are written in the order in which they were stored, each would wait for the one before.
        for Fresh { at, .. } in notes {
            let ties = self.entries.ties(*at);
            self.entries.foresee_ties(ties.prev);
            self.entries.foresee_ties(ties.next);
        }
        for fresh in notes {
            self.make_old(*fresh);
        }
        self.order.forget_left(&self.entries);
        // Its memory is used again.
        if is_last {
            self.fresh = part;
        } else {
            self.older.spare.push(part);
        }
    }

    fn make_old(&mut self, Fresh { at, since, dirtied }: Fresh) {
        let entry = &mut self.entries[at];
        debug_assert_eq!(entry.quiet(), Quiet::Fresh, "a note is of a fresh entry");
        // The latest put over it has told the stamp only.
        let (version, weight) = (entry.stamp - 1, entry.weight());
        entry.set_quiet(Quiet::Alone);
        if entry.list() == ListId::None {
            self.dirty.push_tail(&mut self.entries, at);
        } else {
            self.order.hand_over(&mut self.dirty, &mut self.entries, at);
        }
        let make = |_| Work::fresh(at, since, version, weight, dirtied);
        let work = self.works.insert(make).expect("there are no more works than entries");
        self.entries.ties_mut(at).work = work;
        debug_assert!(self.is_settled(at), "nothing is left to be settled");
    }

    /// An onlooker is about to lock a shard that is whole: no entry becomes fresh before, and no errand begins.
    pub(crate) fn expect_onlooker(&mut self) {
        *self.onlookers.get_mut() += 1;
    }

    /// That onlooker has the lock.
    pub(crate) fn see_onlooker(&self) {
        self.onlookers.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<K: Clone, V> Shard<K, V> {
    /// Some entries are fresh no more, so few that it does not take long: each has its work, and is on the dirty list, as `settle`
    /// would have it (G5). Each errand is a load. Says whether it is whole now, as when all notes are seen to at once.
    #[inline]
    pub(crate) fn make_wholer(&mut self) -> bool {
        self.end_tick();
        self.is_whole() || self.make_wholer_late()
    }

    #[inline(never)]
    fn make_wholer_late(&mut self) -> bool {
        self.make_loads();
        if self.has_fresh() {
            self.see_to_some();
        }
        self.is_whole()
    }
}
