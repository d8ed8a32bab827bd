//! Loads that a caller does by hand: who holds one, and what becomes of it when he does not end it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Key, Op, Result, Value};

use super::cells::Missed;
use super::loads::{Request, key_panicked};
use super::shared::Shared;
use super::trampoline::{self, caught};
use crate::get::Get;
use crate::lookup::{Filler, Lookup};
use crate::table::{Cut, Ended, Hand, Heir, Load, Looked};

/// How long somebody may wait for one filler.
const FILLER_MAX: Duration = Duration::from_secs(30);

/// A load that is a caller's, and which of its holders he is.
#[derive(Debug)]
pub(crate) struct Spot<K, V> {
    /// Shared with the timers, so that none of them runs foreign code to copy it.
    key: Arc<K>,
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
        let (own, kept) = (key.clone(), Arc::new(key.clone()));
        let absence = self.parts.reading.absence_millis(Get::default());
        let wall = self.wall();
        let Some(place) = self.loads.take_waiter() else {
            return Op::failed(self.too_many_wait());
        };
        let looked =
            self.step(n, |shard, effects| shard.join_lookup(hash, own, absence, wall, effects));
        match looked {
            Looked::Known(value) => Op::ready(Lookup::of(value)),
            Looked::Failed(error) => Op::failed(error),
            Looked::Yours(at, load) => {
                let spot = Spot { key: kept, hash, n, at, load, holder: 1 };
                Op::ready(Lookup::Vacant(Filler::of(self, spot)))
            }
            Looked::Joined(at, load, op) => {
                place.keep();
                let (shared, own) = (Arc::clone(self), Arc::clone(&kept));
                let op = op.map(move |hand: Result<Hand<V>>| match hand? {
                    Hand::Known(value) => Ok(Lookup::of(value)),
                    // Not necessarily the load that was joined: who waited for that may have been moved.
                    Hand::Yours { at, load, holder } => {
                        let spot = Spot { key: own, hash, n, at, load, holder };
                        Ok(Lookup::Vacant(Filler::of(&shared, spot)))
                    }
                });
                self.see_to(n, hash, kept, at, &load);
                op
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
        let cut = Cut { hash: spot.hash, key: spot.key(), wall: self.wall() };
        let Ended { is_kept, moved } = self.step(spot.n, |shard, effects| {
            shard.end_load(spot.at, &spot.load, Ok(value), Ok(keep), &cut, effects)
        });
        if let Some((at, load)) = moved {
            self.see_to(spot.n, spot.hash, Arc::clone(&spot.key), at, &load);
        }
        let counter = if is_kept { &self.counters.fills } else { &self.counters.fills_fenced };
        counter.add(1);
        is_kept
    }

    /// A caller has given his load up, or had it for too long: the next one gets it, or the store.
    pub(crate) fn hand_over(self: &Arc<Self>, spot: &Spot<K, V>) {
        let holder = spot.holder + 1;
        if !spot.take(holder) {
            return;
        }
        let (shared, key, load) = (Arc::clone(self), Arc::clone(&spot.key), Arc::clone(&spot.load));
        let next = Spot { key, load, holder, ..*spot };
        // Whoever gets it may drop it at once, and so may the next: the stack is not to grow with them.
        trampoline::run(move || shared.hand_on(&next));
    }

    /// Gives a load, which is that of nobody in particular, to whoever is to have it next.
    fn hand_on(self: &Arc<Self>, spot: &Spot<K, V>) {
        let Spot { ref key, hash, n, at, ref load, holder } = *spot;
        loop {
            let lookup = load.lookups.lock().pop_front();
            if let Some(lookup) = lookup {
                self.loads.answered(1);
                if lookup.is_abandoned() {
                    caught(|| drop(lookup));
                    continue;
                }
                // Who goes away at this very moment has a filler all the same; dropped, it is handed on.
                let hand = Hand::Yours { at, load: Arc::clone(load), holder };
                caught(|| lookup.complete(Ok(hand)));
                if load.is_wanted() {
                    self.time_holder(n, hash, || Arc::clone(key), at, load);
                }
                return;
            }
            match self.step(n, |shard, effects| shard.give_up(at, load, holder, effects)) {
                Heir::Lookup => {}
                Heir::Store => return self.give_to_store(spot),
                Heir::Nobody => return,
            }
        }
    }

    /// A caller's load is the store's from now on.
    fn give_to_store(self: &Arc<Self>, spot: &Spot<K, V>) {
        let Spot { ref key, hash, n, at, ref load, .. } = *spot;
        if let Ok(own) = catch_unwind(AssertUnwindSafe(|| K::clone(key))) {
            let request = Request::new(own, n, at, Arc::clone(load));
            self.loads.state.lock().gathered.push(request);
            return self.gather();
        }
        let cut = Cut { hash, key: spot.key(), wall: self.wall() };
        let ended = self.step(n, |shard, effects| {
            shard.end_load(at, load, Err(key_panicked()), Err(None), &cut, effects)
        });
        if let Some((at, load)) = ended.moved {
            self.see_to(n, hash, Arc::clone(key), at, &load);
        }
    }

    /// Somebody waits for a load that is under way: it is neither to be held without end, nor to yield to others.
    pub(super) fn see_to(
        self: &Arc<Self>,
        n: usize,
        hash: u64,
        key: Arc<K>,
        at: u32,
        load: &Arc<Load<V>>,
    ) {
        self.time_holder(n, hash, || key, at, load);
        if self.refreshes() && self.loads.want(load) {
            self.gather();
        }
    }

    /// Somebody waits for a load. If it is a caller's, it is not to be waited for without end.
    pub(super) fn time_holder(
        self: &Arc<Self>,
        n: usize,
        hash: u64,
        key: impl FnOnce() -> Arc<K>,
        at: u32,
        load: &Arc<Load<V>>,
    ) {
        let holder = load.holder.load(Ordering::SeqCst);
        if holder == 0 || load.watched.fetch_max(holder, Ordering::SeqCst) >= holder {
            return;
        }
        // It keeps neither the engine nor the load: the filler does, and who waits.
        let (shared, load, key) = (Arc::downgrade(self), Arc::downgrade(load), key());
        let job = Box::new(move || {
            if let (Some(shared), Some(load)) = (shared.upgrade(), load.upgrade()) {
                let spot = Spot { key, hash, n, at, load, holder };
                let spawn = Arc::clone(&shared.parts.seams.spawn);
                spawn.run(Box::new(move || shared.hand_over(&spot)));
            }
        });
        self.parts.seams.clock.after(FILLER_MAX, job);
    }
}
