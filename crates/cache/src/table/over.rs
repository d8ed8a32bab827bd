//! Puts over what is there, or is not, while nothing goes on for the key: they leave no effects but what they
//! take the place of.

use std::hash::Hash;
use std::mem::replace;

use forebay_store::Moment;

use super::accept::Accepted;
use super::entry::{Held, Print, Quiet};
use super::fresh::is_clean_for_ever;
use super::roster::NONE;
use super::shard::Shard;
use super::tick::Asked;
use super::work::Work;
use crate::engine::{Account, Budget, Room};

/// A put of a value, or of a tombstone, at `Memory` and without a journal.
pub(crate) struct Put<K, V> {
    pub(crate) hash: u64,
    /// Taken if the key is new; else another one that is equal, which is the caller's to drop.
    pub(crate) key: Option<K>,
    /// Afterwards what it took the place of, which is the caller's to drop.
    pub(crate) held: Held<V>,
    pub(crate) weight: u32,
    pub(crate) deadline: u64,
    pub(crate) account: Account,
}

/// What was found where the index looks first.
pub(crate) enum AtHome {
    /// As [`Over::Again`].
    Again(Accepted),
    /// As [`Over::Clean`].
    Clean(u32),
    /// What takes a step.
    ForStep,
    /// Anything else, or nothing.
    Else,
}

/// How it was accepted, or is to be.
pub(crate) enum Over {
    /// Over a write that waits for the flusher, which knows of it already.
    Again(Accepted),
    /// Not yet: the key is clean, and may be [fresh](Shard::put_fresh).
    Clean(u32),
    /// The key was not there, and the shard has noted that it is dirty now.
    New { accepted: Accepted, now: Moment },
    /// The key was clean, or not there, and is dirty now.
    Dirtied { accepted: Accepted, now: Moment },
}

impl<K: Eq + Hash, V> Shard<K, V> {
    /// As [`put_over`](Self::put_over), for what nearly all puts are over: what is where the index looks first. The put's time
    /// does not matter.
    ///
    /// It looks at the entry once, and nothing that it answers lies in memory.
    #[inline]
    pub(crate) fn put_at_home(&mut self, put: &mut Put<K, V>) -> AtHome {
        if self.is_for_steps() {
            return AtHome::ForStep;
        }
        if put.deadline != 0 {
            return AtHome::Else;
        }
        let Some(key) = put.key.as_ref() else { return AtHome::Else };
        let Some((at, entry)) = self.entries.at_home_mut(Print::of(put.hash), key) else {
            return AtHome::Else;
        };
        if entry.is_quiet_at(put.weight) {
            // Two numbers, for the version and the stamp, as `overwrite_quiet` takes them.
            let version = self.seq + 1;
            self.seq = version + 1;
            self.coalesced += 1;
            entry.renew_key(&mut put.key);
            entry.overwrite(&mut put.held, self.seq);
            return AtHome::Again(Accepted { at, version, number: 0 });
        }
        if entry.quiet() != Quiet::No {
            // Of another weight it would take room, or give some back.
            return AtHome::ForStep;
        }
        let is_clean = is_clean_for_ever(entry);
        if is_clean && self.may_note(put) { AtHome::Clean(at) } else { AtHome::Else }
    }

    /// Accepts a put if nothing is under way for its key, there is room, and nobody is to be told; but one over a clean entry
    /// may only be told to be for [`put_fresh`](Self::put_fresh). Else nothing has changed.
    #[inline]
    pub(crate) fn put_over(
        &mut self,
        put: &mut Put<K, V>,
        budget: &Budget,
        ask: impl FnOnce() -> Asked,
    ) -> Option<Over> {
        if self.is_for_steps() {
            return None;
        }
        let found = self.seek(put.hash, put.key.as_ref()?);
        if let Some((at, entry)) = found {
            // Of another weight it would take room, or give some back. Time must not matter to what is fresh.
            let quiet = entry.quiet();
            let is_fresh = quiet == Quiet::Fresh;
            if entry.is_quiet_at(put.weight) && !(is_fresh && put.deadline != 0) {
                self.entries[at].renew_key(&mut put.key);
                return Some(Over::Again(self.overwrite_quiet(
                    at,
                    &mut put.held,
                    put.weight,
                    put.deadline,
                    0,
                )));
            }
            if quiet == Quiet::No && self.may_be_fresh(entry, put) {
                return Some(Over::Clean(at));
            }
            if is_fresh || self.entries.ties(at).work != NONE {
                return None;
            }
        }
        if found.is_none() {
            // A step makes it a load, and cuts that off.
            if self.errands.may_have(put.hash) {
                return None;
            }
            if self.may_note(put) {
                return self.put_new(put, budget, ask);
            }
        }
        let found = found.map(|(at, _)| at);
        self.put_dirty(found, put, budget, ask)
    }

    /// Whether each put takes a step, or is refused.
    #[inline]
    fn is_for_steps(&self) -> bool {
        // In one comparison, because each put makes it.
        self.is_closed | self.is_read_only | self.pen.is_some()
    }

    /// Makes a clean entry dirty, or a new one.
    fn put_dirty(
        &mut self,
        found: Option<u32>,
        put: &mut Put<K, V>,
        budget: &Budget,
        ask: impl FnOnce() -> Asked,
    ) -> Option<Over> {
        // What came before is on the dirty list before, and has its work, which takes a place. If that is much, it is for a
        // step, which does not keep the lock so long.
        if !self.see_to_latest() {
            return None;
        }
        let room = Room { bytes: u64::from(put.weight), entries: 1 };
        let is_full = self.entries.is_full() || self.works.is_full();
        if is_full || !budget.try_take(room, put.account) {
            return None;
        }
        let now = ask().now;
        let (seq, dated) = (self.seq, self.dated(now));
        let (version, stamp) = (self.next_seq(), self.next_seq());
        let at = if let Some(at) = found {
            // Without work it is clean.
            self.order.leave(&mut self.entries, at);
            let (entry, weighed) =
                self.entries.swap(at, &mut put.held, put.weight, put.deadline, stamp);
            self.weight -= u64::from(weighed);
            // What was clean held something before, so writing it is a use, as `note_written` says.
            entry.renew_key(&mut put.key);
            entry.touch();
            at
        } else {
            self.come_in(put, stamp)?
        };
        let work = self.works.insert(|_| Work::dirty(at, seq, version, put.weight, dated))?;
        self.count_unstored();
        self.weight += room.bytes;
        let entry = &mut self.entries[at];
        // Where `place` puts it and what `note_quiet` notes, without a look at what was just written.
        entry.set_quiet(Quiet::Alone);
        self.entries.ties_mut(at).work = work;
        self.dirty.push_tail(&mut self.entries, at);
        debug_assert!(self.is_settled(at), "nothing is left to be settled");
        let accepted = Accepted { at, version, number: 0 };
        Some(Over::Dirtied { accepted, now })
    }
}

impl<K, V> Shard<K, V> {
    /// The entry of a key that is not there. It has room, as was asked.
    #[inline]
    pub(super) fn come_in(&mut self, put: &mut Put<K, V>, stamp: u64) -> Option<u32> {
        let (key, print) = (put.key.take()?, Print::of(put.hash));
        let held = replace(&mut put.held, Held::Nothing);
        self.entries.insert_holding(key, print, held, put.weight, put.deadline, stamp)
    }
}
