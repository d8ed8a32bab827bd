//! Loads that a caller does by hand.

use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Error, ErrorKind, Op, WallTime};

use super::accept::{closed, full};
use super::effects::Effects;
use super::entry::{Held, ListId, Print};
use super::fill::Read;
use super::roster::NONE;
use super::shard::Shard;
use super::work::{Hand, Load, Work};
use crate::engine::{OwnSpot, Spot};

/// What a lookup finds.
#[derive(Debug)]
pub(crate) enum Looked<V> {
    /// Memory knows.
    Known(Option<V>),
    /// Nobody does, and the caller is to find out.
    Yours(u32, Arc<Load<V>>),
    /// Somebody is about to: the answer, or the right to find out, comes in the operation.
    Joined(u32, Arc<Load<V>>, Op<Hand<V>>),
    Failed(Error),
}

/// Who goes on with a load that a caller has given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heir {
    /// One of those who look the key up.
    Lookup,
    /// The store, for those who only get it.
    Store,
    /// Nobody waits, or somebody else sees to it.
    Nobody,
}

impl<K: Eq + Hash, V> Shard<K, V> {
    /// Begins a load that is a caller's, of a key of which there is nothing as yet. Else nothing has changed.
    ///
    /// There are no effects: an entry that is only loading is on no list and weighs nothing.
    pub(crate) fn begin_by_hand(
        &mut self,
        hash: u64,
        key: &mut Option<K>,
        absence: u64,
    ) -> Option<OwnSpot<K, V>> {
        if self.is_closed || self.entries.is_full() || self.works.is_full() {
            return None;
        }
        if self.find(hash, key.as_ref()?).is_some() {
            return None;
        }
        let mut spot = self.spent.take().unwrap_or_else(|| Box::new(Spot::blank()));
        spot.load().begin_by_hand(absence);
        let (load, seq) = (Arc::clone(spot.load()), self.seq);
        let at = self.entries.insert(key.take()?, Print::of(hash))?;
        // It has room, as was just asked.
        self.entries.ties_mut(at).work = self.works.insert(|_| Work::loading(at, seq, load))?;
        spot.begin(hash, at);
        Some(spot)
    }

    /// Whether a load is still that of its key, of which there is nothing else, and nobody waits for it.
    pub(crate) fn is_alone(&self, at: u32, load: &Arc<Load<V>>) -> bool {
        let Some(entry) = self.entries.get(at) else { return false };
        let is_blank = self.times.is_none() && matches!(entry.held(), Held::Nothing);
        is_blank
            && self.works.get(self.entries.ties(at).work).is_some_and(|work| work.only_loads(load))
    }

    /// Ends such a load: what it has found is clean from now on. There are no effects. Its spot serves the next one, or
    /// is given back.
    pub(crate) fn end_by_hand(
        &mut self,
        spot: &mut Option<OwnSpot<K, V>>,
        mut held: Held<V>,
        weight: u32,
        deadline: u64,
    ) -> Option<OwnSpot<K, V>> {
        let spot = spot.take()?;
        let at = spot.at();
        let work = std::mem::replace(&mut self.entries.ties_mut(at).work, NONE);
        // Nobody waits for its load, so dropping that here, or later, runs no foreign code.
        self.works.discard(work);
        debug_assert_eq!(self.entries[at].list(), ListId::None, "it was only loading");
        self.swap_held(at, &mut held, weight, deadline);
        self.order.enter(&mut self.entries, at);
        // Nobody has joined the load, so nobody else has it now.
        debug_assert_eq!(
            Arc::strong_count(spot.load()),
            1,
            "a load that is used again is nobody's"
        );
        self.spent.replace(spot)
    }
}

impl<K: Eq + Hash, V: Clone> Shard<K, V> {
    /// Waits for the load of a key, or begins one that is the caller's.
    pub(crate) fn join_lookup(
        &mut self,
        hash: u64,
        key: K,
        absence: u64,
        wall: WallTime,
        effects: &mut Effects<K, V>,
    ) -> Looked<V> {
        if self.is_closed {
            effects.drop_key(key);
            return Looked::Failed(closed());
        }
        let look = || {
            let found = self.find(hash, &key);
            (found, found.map_or(Read::Miss, |at| self.read(at, || wall)))
        };
        // A panic here is told, not passed on: the key must not go under the lock.
        let Ok((found, read)) = catch_unwind(AssertUnwindSafe(look)) else {
            effects.drop_key(key);
            let message = "the comparison of a key or the clone of its value panicked";
            return Looked::Failed(Error::new(ErrorKind::Aborted, message));
        };
        if let Read::Hit(value) = read {
            effects.drop_key(key);
            return Looked::Known(value);
        }
        let at = match self.ensure_at(found, hash, key, effects) {
            Ok(at) => at,
            Err(error) => return Looked::Failed(error),
        };
        let Some(work) = self.ensure_work(at) else {
            self.settle(at, effects);
            return Looked::Failed(full());
        };
        if let Some(load) = work.load() {
            let (done, op) = Op::pending();
            load.lookups.lock().push_back(done);
            load.note_company();
            load.absence.fetch_max(absence, Ordering::Relaxed);
            return Looked::Joined(at, Arc::clone(load), op);
        }
        let load = Load::of_holder(absence);
        work.set_load(Arc::clone(&load));
        self.settle(at, effects);
        Looked::Yours(at, load)
    }

    /// A caller's load, which is that of `holder`, ends without an answer.
    pub(crate) fn give_up(
        &mut self,
        at: u32,
        load: &Arc<Load<V>>,
        holder: u64,
        effects: &mut Effects<K, V>,
    ) -> Heir {
        // Nobody joins it meanwhile: that takes the shard's lock.
        if !load.lookups.lock().is_empty() {
            return Heir::Lookup;
        }
        if load.holder.compare_exchange(holder, 0, Ordering::SeqCst, Ordering::SeqCst).is_err() {
            return Heir::Nobody;
        }
        if load.is_wanted() {
            return Heir::Store;
        }
        let is_own = |work: &&mut Work<V>| work.load().is_some_and(|own| Arc::ptr_eq(own, load));
        if let Some(work) = self.work_mut(at).filter(is_own) {
            work.take_load();
            self.settle(at, effects);
        }
        Heir::Nobody
    }

    /// At close: who waits for callers' loads is answered.
    pub(super) fn close_lookups(&mut self, effects: &mut Effects<K, V>) {
        let held = self.works.iter().filter_map(|(_, work)| {
            let load = work.load()?;
            (load.holder.load(Ordering::SeqCst) != 0).then_some(work.at())
        });
        let held: Vec<u32> = held.collect();
        for at in held {
            let load = self.work_mut(at).and_then(Work::take_load);
            if let Some(load) = load {
                effects.answer_load(load, Err(closed()));
            }
            self.settle(at, effects);
        }
    }
}
