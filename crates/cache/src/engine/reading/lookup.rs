//! Loads that a caller does by hand: who holds one, and what becomes of one that its holder does not end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Key, Op, Result, Value};

use super::loads::{Request, key_panicked};
use super::spot::{Holding, Kept, OwnSpot, Spot, What};
use crate::engine::cells::Missed;
use crate::engine::shared::Shared;
use crate::engine::trampoline::{self, caught};
use crate::get::Get;
use crate::lookup::{Filler, Lookup};
use crate::table::{Cut, Ended, Errand, FEW, Gone, Hand, Heir, Joining, Load, Looked, is_large};

/// How long somebody may wait for one filler.
const FILLER_MAX: Duration = Duration::from_secs(30);

impl<K: Key, V: Value> Shared<K, V> {
    /// What memory does not know is the caller's to find out, if nobody is at it.
    #[inline]
    pub(crate) fn look_up(self: &Arc<Self>, missed: Missed, key: &K) -> Op<Lookup<K, V>> {
        let Missed { hash, came } = missed;
        let n = self.place(hash);
        // It may panic, so it comes before anything is taken.
        let mut own = Some(key.clone());
        let absence = self.parts.reading.absence_millis(Get::default());
        let begun = self.cells[n].lock.enter().begin_errand(hash, came, &mut own, absence);
        if let Some(mut spot) = begun {
            spot.shared = Some(Arc::clone(self));
            return Op::ready(Lookup::Vacant(Filler::of(spot)));
        }
        // What is not begun has its key.
        let Some(own) = own else { return Op::failed(key_panicked()) };
        let kept = Arc::new(key.clone());
        self.join_look_up(missed, own, kept, absence)
    }

    /// There is something of the key already, or no room for it.
    #[cold]
    fn join_look_up(
        self: &Arc<Self>,
        Missed { hash, .. }: Missed,
        own: K,
        kept: Arc<K>,
        absence: u64,
    ) -> Op<Lookup<K, V>> {
        let (n, wall) = (self.place(hash), self.wall());
        let place = self.loads.take_waiter();
        let asked = Joining { absence, wall, may_wait: place.is_some() };
        let looked = self.step(n, |shard, effects| shard.join_lookup(hash, own, asked, effects));
        match looked {
            Looked::TooMany => Op::failed(self.too_many_wait()),
            Looked::Known(value) => Op::ready(Lookup::of(value)),
            Looked::Failed(error) => Op::failed(error),
            Looked::Yours(at, load) => {
                let holding = Holding { key: Some(Kept::Shared(kept)), at, load, holder: 1 };
                Op::ready(Lookup::Vacant(self.filler(hash, holding)))
            }
            Looked::Joined(at, load, op) => {
                if let Some(place) = place {
                    place.keep();
                }
                let (shared, own) = (Arc::clone(self), Arc::clone(&kept));
                let op = op.map(move |hand: Result<Hand<V>>| match hand? {
                    Hand::Known(value) => Ok(Lookup::of(value)),
                    // Not necessarily the load that was joined: who waited for that may have been moved.
                    Hand::Yours { at, load, holder } => {
                        let holding = Holding { key: Some(Kept::Shared(own)), at, load, holder };
                        Ok(Lookup::Vacant(shared.filler(hash, holding)))
                    }
                });
                self.see_to(hash, kept, at, &load);
                op
            }
        }
    }

    /// That of a caller who holds a load.
    fn filler(self: &Arc<Self>, hash: u64, holding: Holding<K, V>) -> Filler<K, V> {
        let shared = Some(Arc::clone(self));
        Filler::of(Box::new(Spot { shared, hash, what: What::Load(holding) }))
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
        let (engine, key) = (spot.shared(), spot.key());
        let (deadline, weight) = (engine.deadline(key, &value), engine.weigh(key, &value));
        if !engine.is_worth_keeping(weight) || engine.is_over(deadline) {
            return Self::fill_told(spot, Some(value));
        }
        let wall = if engine.parts.reading.lifetimes.is_any() { engine.wall().0 } else { 0 };
        let What::Errand(errand) = &mut spot.what else {
            return Self::fill_told(spot, Some(value));
        };
        let Some(engine) = spot.shared.take() else { return false };
        let hash = spot.hash;
        let n = engine.place(hash);
        let cell = &engine.cells[n];
        let mut shard = cell.lock.enter();
        // If nobody knows of it, one lock is enough, and nothing is left behind.
        if !(shard.has_number() && shard.end_errand(errand)) {
            drop(shard);
            spot.shared = Some(engine);
            return Self::fill_told(spot, Some(value));
        }
        let Some(key) = Arc::get_mut(errand).and_then(Errand::take_key) else { return false };
        shard.bring_in(hash, key, (value, weight, deadline), wall);
        let rest = filler.take().and_then(|spot| shard.spent.replace(spot));
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
        true
    }

    /// Fills the load of `spot` in a step whose effects tell the callers that wait: for all that `fill` cannot do with one lock.
    #[cold]
    fn fill_told(spot: &mut Spot<K, V>, value: Option<V>) -> bool {
        let shared = Arc::clone(spot.shared());
        let hash = spot.hash;
        let n = shared.place(hash);
        if spot.may_be_errand() {
            // It is none any more.
            drop(shared.cells[n].lock.write());
        }
        let Some(holding) = spot.holding() else {
            shared.counters.fills_fenced.add(1);
            caught(|| drop(value));
            return false;
        };
        let Some(key) = holding.key.as_ref() else { return false };
        // As above.
        let (value, keep) = shared.keep(key.get(), value, &holding.load);
        if !holding.take(0) {
            return false;
        }
        let cut = Cut { hash, key: key.get(), wall: shared.wall() };
        let Ended { is_kept, moved } = shared.step(n, |shard, effects| {
            shard.end_load(holding.at, &holding.load, Ok(value), Ok(keep), &cut, effects)
        });
        if let (Some((at, load)), Some(key)) = (moved, holding.key.take()) {
            shared.see_to(hash, key.share(), at, &load);
        }
        if is_kept {
            shared.cells.tally().fill();
        } else {
            shared.counters.fills_fenced.add(1);
        }
        is_kept
    }

    /// A filler was dropped.
    pub(crate) fn let_go(spot: &mut Spot<K, V>) {
        let Some(shared) = spot.shared.take() else { return };
        let hash = spot.hash;
        if let What::Errand(errand) = &mut spot.what {
            // Nobody waits for what nobody knows.
            let is_over = shared.cells[shared.place(hash)].lock.enter().end_errand(errand);
            if is_over {
                // Perhaps while a panic unwinds, which another one must not meet.
                return caught(|| drop(Arc::get_mut(errand).and_then(Errand::take_key)));
            }
        }
        if let Some(holding) = spot.holding() {
            shared.hand_over(hash, holding);
        }
    }

    /// A caller has given its load up, or had it for too long: the next one gets it, or the store.
    fn hand_over(self: &Arc<Self>, hash: u64, holding: &mut Holding<K, V>) {
        let holder = holding.holder + 1;
        let Some(key) = holding.key.take() else { return };
        if !holding.take(holder) {
            return;
        }
        let (shared, at, load) = (Arc::clone(self), holding.at, Arc::clone(&holding.load));
        let next = Holding { key: None, at, load, holder };
        let key = key.share();
        // Whoever gets it may drop it at once, and so may the next: the stack is not to grow with them.
        trampoline::run(move || shared.hand_on(hash, &key, &next));
    }

    /// Gives a load, which is that of nobody in particular, to whoever is to have it next.
    fn hand_on(self: &Arc<Self>, hash: u64, key: &Arc<K>, holding: &Holding<K, V>) {
        let Holding { at, ref load, holder, .. } = *holding;
        let n = self.place(hash);
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
                    self.time_holder(hash, || Arc::clone(key), at, load);
                }
                return;
            }
            match self.step(n, |shard, effects| shard.give_up(at, load, holder, effects)) {
                Heir::Lookup => {}
                Heir::Store => return self.give_to_store(hash, key, holding),
                Heir::Nobody => return,
            }
        }
    }

    /// A caller's load is the store's from now on.
    fn give_to_store(self: &Arc<Self>, hash: u64, key: &Arc<K>, holding: &Holding<K, V>) {
        let Holding { at, ref load, .. } = *holding;
        let n = self.place(hash);
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
            self.see_to(hash, Arc::clone(key), at, &load);
        }
    }

    /// Somebody waits for a load that is under way: it is neither to be held without end, nor to yield to others.
    pub(in crate::engine) fn see_to(
        self: &Arc<Self>,
        hash: u64,
        key: Arc<K>,
        at: u32,
        load: &Arc<Load<V>>,
    ) {
        self.time_holder(hash, || key, at, load);
        if self.refreshes() && self.loads.want(load) {
            self.gather();
        }
    }

    /// Somebody waits for a load. If it is a caller's, it is not to be waited for without end.
    pub(in crate::engine) fn time_holder(
        self: &Arc<Self>,
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
                let mut holding = Holding { key: Some(Kept::Shared(key)), at, load, holder };
                let spawn = Arc::clone(&shared.parts.seams.spawn);
                spawn.run(Box::new(move || shared.hand_over(hash, &mut holding)));
            }
        });
        self.parts.seams.clock.after(FILLER_MAX, job);
    }
}
