//! Loads that a caller does by hand.

use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Error, ErrorKind, Op, WallTime};

use super::accept::{closed, full};
use super::effects::Effects;
use super::fill::Read;
use super::shard::Shard;
use super::work::{Hand, Load, Work};

/// What a lookup finds.
#[derive(Debug)]
pub(crate) enum Looked<V> {
    /// Memory knows.
    Known(Option<V>),
    /// Nobody does, and the caller is to find out.
    Yours(u32, Arc<Load<V>>),
    /// Somebody is about to: the answer, or the right to find out, comes in the operation.
    Joined(u32, Arc<Load<V>>, Op<Hand<V>>),
    /// Somebody is about to, and the caller may not wait.
    TooMany,
    Failed(Error),
}

/// How a caller asks that cannot begin an errand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joining {
    /// For how many milliseconds it may be answered that the key is absent.
    pub(crate) absence: u64,
    pub(crate) wall: WallTime,
    /// There is a place among those who wait.
    pub(crate) may_wait: bool,
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
        asked: Joining,
        effects: &mut Effects<K, V>,
    ) -> Looked<V> {
        let Joining { absence, wall, may_wait } = asked;
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
            if !may_wait {
                return Looked::TooMany;
            }
            let (done, op) = Op::pending();
            load.lookups.lock().push_back(done);
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
