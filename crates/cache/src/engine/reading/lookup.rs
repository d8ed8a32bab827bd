//! Loads that a caller does by hand: who holds one, and what becomes of one that its holder does not end.

use std::fmt;
use std::mem::needs_drop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Key, Op, Result, Value};

use super::loads::{Request, key_panicked};
use crate::engine::cells::Missed;
use crate::engine::shared::Shared;
use crate::engine::trampoline::{self, caught};
use crate::get::Get;
use crate::lookup::{Filler, Lookup};
use crate::table::{Cut, Ended, FEW, Gone, Hand, Heir, Held, Load, Looked, is_large};

/// How long somebody may wait for one filler.
const FILLER_MAX: Duration = Duration::from_secs(30);

/// A load that is a caller's, and which of its holders the caller is.
pub(crate) struct Spot<K, V> {
    /// While it is in a filler.
    shared: Option<Arc<Shared<K, V>>>,
    /// Until the load has ended, or it was handed over.
    key: Option<Kept<K>>,
    hash: u64,
    n: usize,
    at: u32,
    load: Arc<Load<V>>,
    holder: u64,
}

/// A spot that is a filler's. It is in a box, so that a lookup which finds something moves no more than that.
pub(crate) type OwnSpot<K, V> = Box<Spot<K, V>>;

/// The key of a load that is a caller's.
#[derive(Debug)]
enum Kept<K> {
    /// Nobody else needs it as yet.
    Own(K),
    /// Shared with the timers, so that none of them runs foreign code to copy it.
    Shared(Arc<K>),
}

impl<K> Kept<K> {
    fn share(self) -> Arc<K> {
        match self {
            Self::Own(key) => Arc::new(key),
            Self::Shared(key) => key,
        }
    }
}

impl<K, V> Spot<K, V> {
    /// One of a load that is nobody's yet.
    pub(crate) fn blank() -> Self {
        let load = Load::of_nobody();
        Self { shared: None, key: None, hash: 0, n: 0, at: 0, load, holder: 1 }
    }

    pub(crate) fn load(&self) -> &Arc<Load<V>> {
        &self.load
    }

    /// The entry whose load it is.
    pub(crate) fn at(&self) -> u32 {
        self.at
    }

    /// It is that of the first holder of this entry's load.
    pub(crate) fn begin(&mut self, hash: u64, at: u32) {
        (self.hash, self.at, self.holder) = (hash, at, 1);
    }

    fn shared(&self) -> &Arc<Shared<K, V>> {
        self.shared.as_ref().expect("a filler has it until it ends")
    }

    pub(crate) fn key(&self) -> &K {
        match self.key.as_ref().expect("only who ends it or hands it over takes the key") {
            Kept::Own(key) => key,
            Kept::Shared(key) => key,
        }
    }

    /// It is nobody else's from now on; `false` if it was taken away.
    fn take(&self, next: u64) -> bool {
        let holder = &self.load.holder;
        holder.compare_exchange(self.holder, next, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

impl<K, V> fmt::Debug for Spot<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spot").field("at", &self.at).finish_non_exhaustive()
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// What memory does not know is the caller's to find out, if nobody is at it.
    #[inline]
    pub(crate) fn look_up(self: &Arc<Self>, missed: Missed, key: &K) -> Op<Lookup<K, V>> {
        let Missed(hash) = missed;
        let n = self.place(hash);
        // They may panic, so they come before anything is taken.
        let (mut own, kept) = (Some(key.clone()), key.clone());
        let absence = self.parts.reading.absence_millis(Get::default());
        let begun = self.cells[n].lock.enter().begin_by_hand(hash, &mut own, absence);
        if let Some(mut spot) = begun {
            (spot.shared, spot.key, spot.n) = (Some(Arc::clone(self)), Some(Kept::Own(kept)), n);
            return Op::ready(Lookup::Vacant(Filler::of(spot)));
        }
        // A load that is not begun has its key.
        let Some(own) = own else { return Op::failed(key_panicked()) };
        self.join_look_up(missed, own, Arc::new(kept), absence)
    }

    /// There is something of the key already, or no room for it.
    #[cold]
    fn join_look_up(
        self: &Arc<Self>,
        Missed(hash): Missed,
        own: K,
        kept: Arc<K>,
        absence: u64,
    ) -> Op<Lookup<K, V>> {
        let (n, wall) = (self.place(hash), self.wall());
        let Some(place) = self.loads.take_waiter() else {
            return Op::failed(self.too_many_wait());
        };
        let looked =
            self.step(n, |shard, effects| shard.join_lookup(hash, own, absence, wall, effects));
        match looked {
            Looked::Known(value) => Op::ready(Lookup::of(value)),
            Looked::Failed(error) => Op::failed(error),
            Looked::Yours(at, load) => {
                let (shared, key) = (Some(Arc::clone(self)), Some(Kept::Shared(kept)));
                let spot = Spot { shared, key, hash, n, at, load, holder: 1 };
                Op::ready(Lookup::Vacant(Filler::of(Box::new(spot))))
            }
            Looked::Joined(at, load, op) => {
                place.keep();
                let (shared, own) = (Arc::clone(self), Arc::clone(&kept));
                let op = op.map(move |hand: Result<Hand<V>>| match hand? {
                    Hand::Known(value) => Ok(Lookup::of(value)),
                    // Not necessarily the load that was joined: who waited for that may have been moved.
                    Hand::Yours { at, load, holder } => {
                        let (shared, key) = (Some(shared), Some(Kept::Shared(own)));
                        let spot = Spot { shared, key, hash, n, at, load, holder };
                        Ok(Lookup::Vacant(Filler::of(Box::new(spot))))
                    }
                });
                self.see_to(n, hash, kept, at, &load);
                op
            }
        }
    }

    /// Ends a caller's load with what the caller says.
    pub(crate) fn fill(filler: &mut Option<OwnSpot<K, V>>, value: Option<V>) -> bool {
        if is_large::<K, V>() {
            Self::fill_with::<1>(filler, value)
        } else {
            Self::fill_with::<FEW>(filler, value)
        }
    }

    fn fill_with<const PLACES: usize>(
        filler: &mut Option<OwnSpot<K, V>>,
        value: Option<V>,
    ) -> bool {
        let Some(spot) = filler else { return false };
        let Some(value) = value else { return Self::fill_told(spot, None) };
        // Foreign code, before anything is taken: if it panics, the filler is dropped and handed over.
        let engine = spot.shared();
        let deadline = engine.deadline(spot.key(), &value);
        let weight = engine.weigh(spot.key(), &value);
        if !engine.is_worth_keeping(weight) || engine.is_over(deadline) {
            return Self::fill_told(spot, Some(value));
        }
        let Some(engine) = spot.shared.take() else { return false };
        let n = spot.n;
        let cell = &engine.cells[n];
        let mut shard = cell.lock.enter();
        // If nobody waits for it, one lock is enough, and nothing is left behind.
        if !shard.is_alone(spot.at, &spot.load) {
            drop(shard);
            spot.shared = Some(engine);
            return Self::fill_told(spot, Some(value));
        }
        // Only who has joined a load takes it away from its holder.
        debug_assert_eq!(
            spot.load.holder.load(Ordering::SeqCst),
            spot.holder,
            "it is its holder's"
        );
        let key = spot.key.take();
        let rest = shard.end_by_hand(filler, Held::Value(value), weight, deadline);
        let mut gone = Gone::<K, V, PLACES>::none();
        engine.use_aside(&mut shard);
        let resident = engine.make_way(&mut shard, 0, &mut gone);
        cell.tell_weight(&shard);
        drop(shard);
        // Before anybody is answered, so that no caller sees the bound exceeded by its own doing.
        engine.fit(n, resident);
        engine.cells.tally().fill();
        drop(rest);
        gone.drop_each();
        // Foreign code, whose panic is nothing to a fill that has happened.
        if needs_drop::<K>() {
            caught(|| drop(key));
        }
        true
    }

    /// Fills the load of `spot` in a step whose effects tell the callers that wait: for all that `fill` cannot do with one lock.
    #[cold]
    fn fill_told(spot: &mut Spot<K, V>, value: Option<V>) -> bool {
        let shared = Arc::clone(spot.shared());
        // As above.
        let (value, keep) = shared.keep(spot.key(), value, &spot.load);
        if !spot.take(0) {
            return false;
        }
        let cut = Cut { hash: spot.hash, key: spot.key(), wall: shared.wall() };
        let Ended { is_kept, moved } = shared.step(spot.n, |shard, effects| {
            shard.end_load(spot.at, &spot.load, Ok(value), Ok(keep), &cut, effects)
        });
        if let (Some((at, load)), Some(key)) = (moved, spot.key.take()) {
            shared.see_to(spot.n, spot.hash, key.share(), at, &load);
        }
        if is_kept {
            shared.cells.tally().fill();
        } else {
            shared.counters.fills_fenced.add(1);
        }
        is_kept
    }

    /// A filler was dropped.
    pub(crate) fn let_go(mut spot: OwnSpot<K, V>) {
        if let Some(shared) = spot.shared.take() {
            shared.hand_over(&mut spot);
        }
    }

    /// A caller has given its load up, or had it for too long: the next one gets it, or the store.
    pub(crate) fn hand_over(self: &Arc<Self>, spot: &mut Spot<K, V>) {
        let holder = spot.holder + 1;
        let Some(key) = spot.key.take() else { return };
        if !spot.take(holder) {
            return;
        }
        let (shared, load) = (Arc::clone(self), Arc::clone(&spot.load));
        let Spot { hash, n, at, .. } = *spot;
        let next = Spot { shared: None, key: None, hash, n, at, load, holder };
        let key = key.share();
        // Whoever gets it may drop it at once, and so may the next: the stack is not to grow with them.
        trampoline::run(move || shared.hand_on(&key, &next));
    }

    /// Gives a load, which is that of nobody in particular, to whoever is to have it next.
    fn hand_on(self: &Arc<Self>, key: &Arc<K>, spot: &Spot<K, V>) {
        let Spot { hash, n, at, ref load, holder, .. } = *spot;
        loop {
            let lookup = load.lookups.lock().pop_front();
            if let Some(lookup) = lookup {
                self.loads.answered(1);
                if lookup.is_abandoned() {
                    caught(|| drop(lookup));
                    continue;
                }
                // A caller that goes away at this very moment has a filler all the same; dropped, it is handed on.
                let hand = Hand::Yours { at, load: Arc::clone(load), holder };
                caught(|| lookup.complete(Ok(hand)));
                if load.is_wanted() {
                    self.time_holder(n, hash, || Arc::clone(key), at, load);
                }
                return;
            }
            match self.step(n, |shard, effects| shard.give_up(at, load, holder, effects)) {
                Heir::Lookup => {}
                Heir::Store => return self.give_to_store(key, spot),
                Heir::Nobody => return,
            }
        }
    }

    /// A caller's load is the store's from now on.
    fn give_to_store(self: &Arc<Self>, key: &Arc<K>, spot: &Spot<K, V>) {
        let Spot { hash, n, at, ref load, .. } = *spot;
        if let Ok(own) = catch_unwind(AssertUnwindSafe(|| K::clone(key))) {
            let request = Request::new(own, (n, hash), at, Arc::clone(load));
            self.loads.state.lock().gathered.push(request);
            return self.gather();
        }
        let cut = Cut { hash, key: key.as_ref(), wall: self.wall() };
        let ended = self.step(n, |shard, effects| {
            shard.end_load(at, load, Err(key_panicked()), Err(None), &cut, effects)
        });
        if let Some((at, load)) = ended.moved {
            self.see_to(n, hash, Arc::clone(key), at, &load);
        }
    }

    /// Somebody waits for a load that is under way: it is neither to be held without end, nor to yield to others.
    pub(in crate::engine) fn see_to(
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
    pub(in crate::engine) fn time_holder(
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
                let key = Some(Kept::Shared(key));
                let mut spot = Spot { shared: None, key, hash, n, at, load, holder };
                let spawn = Arc::clone(&shared.parts.seams.spawn);
                spawn.run(Box::new(move || shared.hand_over(&mut spot)));
            }
        });
        self.parts.seams.clock.after(FILLER_MAX, job);
    }
}
