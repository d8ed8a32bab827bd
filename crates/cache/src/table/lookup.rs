//! Loads that a caller does by hand.

use std::hash::Hash;
use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Error, Op, WallTime};

use super::accept::{closed, full};
use super::effects::Effects;
use super::fill::Read;
use super::shard::Shard;
use super::work::{Hand, Load};

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
        if let Read::Hit(value) = self.look(hash, &key, wall) {
            effects.drop_key(key);
            return Looked::Known(value);
        }
        let Some(at) = self.ensure(hash, key, effects) else {
            return Looked::Failed(full());
        };
        let Some(work) = self.ensure_work(at) else {
            self.settle(at, effects);
            return Looked::Failed(full());
        };
        if let Some(load) = work.load() {
            let (done, op) = Op::pending();
            load.lookups.lock().push_back(done);
            load.absence.fetch_max(absence, Ordering::Relaxed);
            return Looked::Joined(at, Arc::clone(load), op);
        }
        let load = Load::of_nobody();
        load.holder.store(1, Ordering::SeqCst);
        load.absence.store(absence, Ordering::Relaxed);
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
        let is_own = |work: &&mut super::work::Work<V>| {
            work.load().is_some_and(|own| Arc::ptr_eq(own, load))
        };
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
            (load.holder.load(Ordering::SeqCst) != 0).then_some(work.at)
        });
        let held: Vec<u32> = held.collect();
        for at in held {
            let load = self.work_mut(at).and_then(super::work::Work::take_load);
            if let Some(load) = load {
                effects.answer_load(load, Err(closed()));
            }
            self.settle(at, effects);
        }
    }
}
