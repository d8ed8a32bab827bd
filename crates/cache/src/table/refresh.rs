//! Asking the store again for a value that is in memory, and what a value that is over is good for when the
//! store does not answer.

use std::hash::Hash;
use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;

use super::effects::{Effects, copied};
use super::entry::Held;
use super::shard::Shard;
use super::work::{Load, Work};

/// The value that a load was to replace, when that has failed.
#[derive(Debug)]
pub(crate) struct Kept<V> {
    /// It, if the store may say nothing for so long.
    pub(crate) value: Option<V>,
    /// Until when it may be told instead.
    pub(crate) until: u64,
    /// How often the store was asked for it in vain.
    pub(crate) failures: u32,
}

/// When a value is asked for again whose load has failed. Milliseconds of wall time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Postponed {
    pub(crate) again: u64,
    /// Until when it answers meanwhile; 0 is for no longer than before.
    pub(crate) readable: u64,
    /// How often the store was asked for it in vain by now.
    pub(crate) failures: u32,
}

impl<K: Eq + Hash, V: Clone> Shard<K, V> {
    /// Begins a load of a value that is clean, for nobody in particular. A write or an invalidation cuts it
    /// off like any other (G6). For `absence` milliseconds an absence that it finds is to answer.
    pub(crate) fn begin_refresh(
        &mut self,
        hash: u64,
        key: &K,
        absence: u64,
        effects: &mut Effects<K, V>,
    ) -> Option<(u32, Arc<Load<V>>)> {
        let at = self.find(hash, key).filter(|_| !self.is_closed)?;
        let is_taken =
            self.work(at).is_some_and(|work| work.is_unstored() || work.load().is_some());
        if is_taken || !matches!(self.entries[at].held(), Held::Value(_)) {
            return None;
        }
        let load = Load::of_nobody();
        load.absence.store(absence, Ordering::Relaxed);
        self.ensure_work(at)?.set_load(Arc::clone(&load));
        self.settle(at, effects);
        Some((at, load))
    }

    /// What `load` was to replace, unless it was cut off.
    pub(crate) fn kept(&self, at: u32, load: &Arc<Load<V>>, wall: u64) -> Option<Kept<V>> {
        let is_own = |work: &&Work<V>| work.load().is_some_and(|own| Arc::ptr_eq(own, load));
        let work = self.work(at).filter(is_own)?;
        let (until, failures) = self.times.as_ref()?.in_vain(at)?;
        let held = self.entries[at].value();
        if work.is_unstored() || held.is_none() {
            return None;
        }
        let value = if wall < until { copied(held).ok().flatten() } else { None };
        Some(Kept { value, until, failures })
    }

    /// Whether a read finds a value whose time to live is over.
    pub(crate) fn is_stale(&self, at: u32, wall: u64) -> bool {
        let is_clean = !self.work(at).is_some_and(Work::is_unstored);
        let is_over = self.times.as_ref().is_some_and(|times| times.is_over(at, wall));
        is_clean && is_over && self.entries[at].value().is_some()
    }
}
