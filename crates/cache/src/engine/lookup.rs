//! Loads that a caller does by hand: who holds one, and what becomes of it when he does not end it.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Key, Op, Result, Value};

use super::loads::Request;
use super::read::Missed;
use super::shared::Shared;
use super::trampoline::caught;
use crate::get::Get;
use crate::lookup::{Filler, Lookup};
use crate::table::{Cut, Hand, Load, Looked};

/// How long somebody may wait for one filler.
const FILLER_MAX: Duration = Duration::from_secs(30);

/// A load that is a caller's, and which of its holders he is.
#[derive(Debug)]
pub(crate) struct Spot<K, V> {
    key: K,
    hash: u64,
    n: usize,
    at: u32,
    load: Arc<Load<V>>,
    holder: u64,
}

impl<K, V> Spot<K, V> {
    pub(crate) fn key(&self) -> &K {
        &self.key
    }

    /// It is nobody else's from now on; `false` if it was taken away.
    fn take(&self, next: u64) -> bool {
        let holder = &self.load.holder;
        holder.compare_exchange(self.holder, next, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn lookup(self: &Arc<Self>, key: &K) -> Op<Lookup<K, V>> {
        let Missed { n, hash } = match self.get_here(key) {
            Ok(op) => return op.map(|found| found.map(Lookup::of)),
            Err(missed) => missed,
        };
        // They may panic, so they come before anything is taken.
        let (own, kept) = (key.clone(), key.clone());
        let absence = self.parts.reading.absence_millis(Get::default());
        let wall = self.wall();
        if !self.loads.take_waiter() {
            return Op::failed(self.too_many_wait());
        }
        let looked =
            self.step(n, |shard, effects| shard.join_lookup(hash, own, absence, wall, effects));
        if !matches!(looked, Looked::Joined(..)) {
            self.loads.answered(1);
        }
        match looked {
            Looked::Known(value) => Op::ready(Lookup::of(value)),
            Looked::Failed(error) => Op::failed(error),
            Looked::Yours(at, load) => {
                let spot = Spot { key: kept, hash, n, at, load, holder: 1 };
                Op::ready(Lookup::Vacant(Filler::of(self, spot)))
            }
            Looked::Joined(at, load, op) => {
                self.time_holder(n, hash, &kept, at, &load);
                let shared = Arc::clone(self);
                op.map(move |hand: Result<Hand<V>>| match hand? {
                    Hand::Known(value) => Ok(Lookup::of(value)),
                    Hand::Yours(holder) => {
                        let spot = Spot { key: kept, hash, n, at, load, holder };
                        Ok(Lookup::Vacant(Filler::of(&shared, spot)))
                    }
                })
            }
        }
    }

    /// Ends a caller's load with what he says.
    pub(crate) fn fill(self: &Arc<Self>, spot: &Spot<K, V>, value: Option<V>) -> bool {
        // Foreign code, before anything is taken: if it panics, the filler is dropped and handed over.
        let (value, keep) = self.keep(&spot.key, value, &spot.load);
        if !spot.take(0) {
            return false;
        }
        let cut = Cut { hash: spot.hash, key: &spot.key, wall: self.wall() };
        let is_kept = self.step(spot.n, |shard, effects| {
            shard.end_load(spot.at, &spot.load, Ok(value), Ok(keep), &cut, effects)
        });
        let counter = if is_kept { &self.counters.fills } else { &self.counters.fills_fenced };
        counter.add(1);
        is_kept
    }

    /// A caller has given his load up, or had it for too long: the next one gets it, or the store.
    pub(crate) fn hand_over(self: &Arc<Self>, spot: &Spot<K, V>) {
        let next = spot.holder + 1;
        if !spot.take(next) {
            return;
        }
        loop {
            let Some(lookup) = spot.load.lookups.lock().pop_front() else { break };
            self.loads.answered(1);
            // Who goes away at this very moment has a filler all the same; dropped, it is handed on.
            if !lookup.is_abandoned() {
                caught(|| lookup.complete(Ok(Hand::Yours(next))));
                if spot.load.is_wanted() {
                    self.time_holder(spot.n, spot.hash, &spot.key, spot.at, &spot.load);
                }
                return;
            }
        }
        // It is a load of the store's from now on, if anybody waits.
        let is_wanted = self.step(spot.n, |shard, effects| {
            spot.load.holder.store(0, Ordering::SeqCst);
            shard.give_up(spot.at, &spot.load, effects)
        });
        if is_wanted {
            let (key, n, at) = (&spot.key, spot.n, spot.at);
            caught(|| {
                let request = Request::new(key.clone(), n, at, Arc::clone(&spot.load));
                self.loads.state.lock().gathered.push(request);
                self.gather();
            });
        }
    }

    /// Somebody waits for a load. If it is a caller's, it is not to be waited for without end.
    pub(super) fn time_holder(
        self: &Arc<Self>,
        n: usize,
        hash: u64,
        key: &K,
        at: u32,
        load: &Arc<Load<V>>,
    ) {
        let holder = load.holder.load(Ordering::SeqCst);
        if holder == 0 || load.watched.fetch_max(holder, Ordering::SeqCst) >= holder {
            return;
        }
        // It does not keep the engine: the filler does.
        let shared = Arc::downgrade(self);
        let spot = Spot { key: key.clone(), hash, n, at, load: Arc::clone(load), holder };
        let job = Box::new(move || {
            if let Some(shared) = shared.upgrade() {
                let spawn = Arc::clone(&shared.parts.seams.spawn);
                spawn.run(Box::new(move || shared.hand_over(&spot)));
            }
        });
        self.parts.seams.clock.after(FILLER_MAX, job);
    }
}
