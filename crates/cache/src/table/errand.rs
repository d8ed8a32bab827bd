//! Errands: a caller has gone to find out what the store has for a key, and the shard has noted no more than that.
//!
//! Nearly all loads that callers do by hand end as they began: nobody has asked for the key meanwhile, and nothing has
//! happened to it. So there is no entry for them, nor work, nor load, as long as only the caller knows. A key with an errand has no
//! entry. The first step that brings in a key, or that counts on what is under way, makes each errand of the shard a load
//! (`engine/gate.rs`), so such steps meet loads only. A put that takes no step looks for an errand before it brings in a key.

use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, OnceLock};

use super::effects::copied_key;
use super::entry::{Held, Print};
use super::load::Load;
use super::roster::NONE;
use super::shard::Shard;
use super::work::Work;
use crate::engine::{OwnSpot, Spot};

/// What one caller is to find out. The caller has it, and as long as it is no load, so does the shard.
pub(crate) struct Errand<K, V> {
    /// Until it has ended.
    key: Option<K>,
    /// For how many milliseconds it may be answered that the key is absent.
    absence: u64,
    /// What it has become, if anything has, and the number of the entry.
    load: OnceLock<(u32, Arc<Load<V>>)>,
}

/// Those of a shard, with the hashes of their keys.
#[derive(Debug)]
pub(super) struct Errands<K, V>(Vec<(u64, Arc<Errand<K, V>>)>);

impl<K, V> Errand<K, V> {
    /// One that has ended.
    pub(crate) fn ended() -> Self {
        Self { key: None, absence: 0, load: OnceLock::new() }
    }

    /// The key that it is for.
    pub(crate) fn key(&self) -> Option<&K> {
        self.key.as_ref()
    }

    /// Its key, which it needs no more.
    pub(crate) fn take_key(&mut self) -> Option<K> {
        self.key.take()
    }

    /// Whether it has become a load.
    pub(crate) fn is_load(&self) -> bool {
        self.load.get().is_some()
    }

    /// The load that it has become, and the number of the entry. None if it was cut off, or is an errand yet.
    pub(crate) fn load(&self) -> Option<(u32, Arc<Load<V>>)> {
        self.load.get().map(|(at, load)| (*at, Arc::clone(load)))
    }
}

impl<K, V> Errands<K, V> {
    /// More of them are loads from the beginning: each new one looks at all.
    const MOST: usize = if cfg!(shuttle) { 2 } else { 8 };

    pub(super) const fn none() -> Self {
        Self(Vec::new())
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether one may be for the key of this hash.
    #[inline]
    pub(super) fn may_have(&self, hash: u64) -> bool {
        self.0.iter().any(|(other, _)| *other == hash)
    }

    /// It is no errand of the shard any more. `false` if it was none.
    fn end(&mut self, errand: &Arc<Errand<K, V>>) -> bool {
        let place = self.0.iter().position(|(_, other)| Arc::ptr_eq(other, errand));
        // The caller has it, too, so nothing of it is dropped here.
        place.map(|place| self.0.swap_remove(place)).is_some()
    }

    /// Whether they are no more than may be, no loads, and each for another hash, for who looks whether all is well.
    pub(super) fn are_distinct(&self) -> bool {
        let is_first = |place: usize| {
            let (hash, errand) = &self.0[place];
            !errand.is_load() && self.0[..place].iter().all(|(other, _)| other != hash)
        };
        self.0.len() <= Self::MOST && (0..self.0.len()).all(is_first)
    }

    /// The keys, for who looks whether all is well.
    pub(super) fn keys(&self) -> impl Iterator<Item = (u64, &K)> {
        self.0.iter().filter_map(|(hash, errand)| Some((*hash, errand.key()?)))
    }
}

impl<K: Eq + Hash, V> Shard<K, V> {
    /// Begins an errand for a key of which there is nothing as yet; that was so when `came` entries had come in. Else nothing has
    /// changed, and the key is left.
    pub(crate) fn begin_errand(
        &mut self,
        hash: u64,
        came: u64,
        key: &mut Option<K>,
        absence: u64,
    ) -> Option<OwnSpot<K, V>> {
        let is_too_much = self.errands.0.len() >= Errands::<K, V>::MOST;
        if self.is_closed || is_too_much || *self.onlookers.get_mut() > 0 {
            return None;
        }
        if self.errands.may_have(hash) {
            return None;
        }
        if self.came() != came && self.find(hash, key.as_ref()?).is_some() {
            return None;
        }
        let mut spot = self.spent.take().unwrap_or_else(|| Box::new(Spot::blank()));
        let errand = spot.errand_mut()?;
        (errand.key, errand.absence) = (key.take(), absence);
        self.errands.0.push((hash, spot.begin(hash)?));
        self.order.foresee(Print::of(hash));
        Some(spot)
    }

    /// Ends an errand, if it is one yet, and says so. Its key is the caller's alone from now on.
    #[inline]
    pub(crate) fn end_errand(&mut self, errand: &Arc<Errand<K, V>>) -> bool {
        self.errands.end(errand)
    }

    /// What an errand that has just ended has found: it is clean from now on.
    #[inline]
    pub(crate) fn bring_in(
        &mut self,
        hash: u64,
        key: K,
        (value, weight, deadline): (V, u32, u64),
        wall: u64,
    ) {
        let stamp = self.next_seq();
        let (print, held) = (Print::of(hash), Held::Value(value));
        let added = self.entries.insert_holding(key, print, held, weight, deadline, stamp);
        let Some(at) = added else { return };
        self.weight += u64::from(weight);
        self.begin_times(at, wall);
        self.order.enter(&mut self.entries, at);
    }

    /// How many entries have come in.
    #[inline]
    pub(crate) fn came(&self) -> u64 {
        self.entries.came()
    }

    /// Whether one more entry can be numbered.
    #[inline]
    pub(crate) fn has_number(&self) -> bool {
        !self.entries.is_full()
    }
}

impl<K: Clone, V> Shard<K, V> {
    /// Each errand is a load from now on, whose holder is the caller. Where that cannot be, it is cut off: what it finds changes
    /// nothing.
    pub(super) fn make_loads(&mut self) {
        while let Some((hash, errand)) = self.errands.0.pop() {
            let has_room = !self.entries.is_full() && !self.works.is_full();
            let copy = errand.key().filter(|_| has_room).and_then(|key| copied_key(key).ok());
            let Some(at) = copy.and_then(|key| self.entries.insert(key, Print::of(hash))) else {
                continue;
            };
            let (load, seq) = (Load::of_holder(errand.absence), self.seq);
            let make = |_| Work::loading(at, seq, Arc::clone(&load));
            // There are no more works than entries.
            self.entries.ties_mut(at).work = self.works.insert(make).unwrap_or(NONE);
            // It was none before, as it was an errand.
            let _ = errand.load.set((at, load));
        }
    }
}

impl<K, V> fmt::Debug for Errand<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Errand").field("is_load", &self.is_load()).finish_non_exhaustive()
    }
}
