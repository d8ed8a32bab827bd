//! Quiet entries: on the dirty list, not refused before, and nobody waits, loads, or stands in line for their key.
//!
//! Overwriting such an entry changes the entry alone, and its `Work` is brought up to date when
//! somebody next needs it: with many dirty keys, fetching the `Work` is much of what an overwrite
//! costs. Every step that changes a `Work` begins with [`Shard::catch_up`]; `settle` ends it, and
//! says which entries are quiet. Beside it only a put that makes an entry dirty for which nothing was under way does
//! (`over.rs`, `fresh.rs`): such a one always is. A put overwrites a quiet entry here, or where it finds it (`over.rs`).

use super::accept::Accepted;
use super::audit::wanted;
use super::entry::{Entry, Held, ListId, Quiet};
use super::shard::Shard;
use super::work::Work;

impl<K, V> Shard<K, V> {
    /// Whether the entry alone can take an overwrite.
    pub(super) fn is_quiet(&self, at: u32) -> bool {
        self.entries[at].quiet() != Quiet::No
    }

    /// Takes the place of what a quiet entry holds, which is in `held` afterwards.
    #[inline]
    pub(super) fn overwrite_quiet(
        &mut self,
        at: u32,
        held: &mut Held<V>,
        weight: u32,
        deadline: u64,
        number: u64,
    ) -> Accepted {
        let version = self.next_seq();
        self.coalesced += 1;
        let entry = self.replace_dirty(at, held, weight, deadline);
        debug_assert_eq!(entry.stamp, version + 1, "the stamp tells the version");
        entry.note_overwritten();
        Accepted { at, version, number }
    }

    /// Like [`Shard::hold`], for an entry that keeps its place on the dirty list. What it held is in `held`
    /// afterwards.
    #[inline]
    pub(super) fn replace_dirty(
        &mut self,
        at: u32,
        held: &mut Held<V>,
        weight: u32,
        deadline: u64,
    ) -> &mut Entry<K, V> {
        let stamp = self.next_seq();
        let (entry, weighed) = self.entries.swap(at, held, weight, deadline, stamp);
        // A fresh entry is on another list yet, or on none, and only ever overwritten at its own weight.
        if weighed != weight {
            self.weight = self.weight - u64::from(weighed) + u64::from(weight);
            self.dirty.reweigh(weighed, weight);
        }
        entry
    }

    /// The version of what is visible, whether or not the work knows it yet.
    pub(crate) fn version(&self, at: u32) -> Option<u64> {
        let entry = self.entries.get(at)?;
        let known = self.works.get(self.entries.ties(at).work)?.version;
        Some(if entry.quiet() == Quiet::Ahead { entry.stamp - 1 } else { known })
    }

    /// Brings the work of an entry up to date, for a step that may change it.
    pub(super) fn catch_up(&mut self, at: u32) -> Option<&mut Work<V>> {
        let work = self.works.get_mut(self.entries.get_ties(at)?.work)?;
        let entry = &mut self.entries[at];
        if entry.quiet() == Quiet::Ahead {
            work.version = entry.stamp - 1;
            work.hold_room(entry.weight());
        }
        entry.set_quiet(Quiet::No);
        Some(work)
    }

    /// The end of a step: whether the next overwrite concerns the entry alone.
    pub(super) fn note_quiet(&mut self, at: u32) {
        let is_quiet = self.is_to_be_quiet(at);
        self.entries[at].set_quiet(if is_quiet { Quiet::Alone } else { Quiet::No });
    }

    fn is_to_be_quiet(&self, at: u32) -> bool {
        // On the dirty list is only what waits for the flusher.
        let is_alone = |work: &Work<V>| !work.is_peopled() && !work.was_refused();
        self.entries[at].list() == ListId::Dirty && self.work(at).is_some_and(is_alone)
    }

    /// Whether `settle` would leave a dirty entry that nobody waits for as it is.
    pub(super) fn is_settled(&self, at: u32) -> bool {
        let (entry, work) = (&self.entries[at], self.work(at));
        let is_placed = work.is_some_and(|work| entry.list() == wanted(entry, work));
        is_placed && self.is_quiet(at) == self.is_to_be_quiet(at)
    }
}
