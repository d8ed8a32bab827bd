//! A backing store that answers late and in any order, and at times badly, but keeps its contract
//! (unless told to have a bug), and checks that the engine keeps its own side.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::Clock;
use forebay_store::sync::Mutex;
use forebay_store::{
    BackingStore, Batch, Capabilities, Cursor, Done, Edit, Error, Moment, Outcome, Page, WriteOp,
};

use crate::barred::Refusals;
use crate::contract::Contract;
use crate::crash::Past;
use crate::dice::Dice;
use crate::scenario::{Bug, Scenario};
use crate::trace::Broken;
use crate::value::{Name, Tag, Tagged, short};
use crate::verdict::{Answer, Verdict, bad_load};
use crate::world::World;

/// The store; clones are one store.
#[derive(Clone)]
pub struct SimStore(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) world: Arc<World>,
    pub(crate) dice: Dice,
    pub(crate) scenario: Scenario,
    pub(crate) capabilities: Capabilities,
    /// The longest that an ordinary call takes.
    pub(crate) latency: Duration,
    pub(crate) state: Mutex<State>,
}

pub(crate) struct State {
    pub(crate) rows: BTreeMap<Name, Tagged>,
    /// Rows as they were at first, for the bug of stale loads.
    pub(crate) stale: BTreeMap<Name, Tagged>,
    pub(crate) contract: Contract,
    pub(crate) is_healthy: bool,
    pub(crate) down_until: Moment,
    /// Until when a key is refused.
    pub(crate) refused: BTreeMap<Name, Moment>,
    /// Keys of which a write was refused alone, or by name.
    pub(crate) culprits: BTreeSet<Name>,
    pub(crate) refusals: Refusals,
    /// The newest version that has landed.
    pub(crate) landed: BTreeMap<Name, u64>,
    /// Answers that said `Stored`.
    pub(crate) stored: u64,
    /// What outlives the process that writes.
    pub(crate) past: Past,
}

impl SimStore {
    /// A store for a run of `scenario`.
    pub fn new(
        world: &Arc<World>,
        scenario: &Scenario,
        capabilities: Capabilities,
        flushes_in_flight_max: usize,
        seed: u64,
    ) -> Self {
        let dice = Dice::new(seed, 2);
        let state = State {
            rows: BTreeMap::new(),
            stale: BTreeMap::new(),
            contract: Contract::new(capabilities.clone(), flushes_in_flight_max),
            is_healthy: false,
            down_until: Moment::default(),
            refused: BTreeMap::new(),
            culprits: BTreeSet::new(),
            refusals: Refusals::default(),
            landed: BTreeMap::new(),
            stored: 0,
            past: Past::default(),
        };
        let latency = Duration::from_millis(*dice.pick(scenario.latencies));
        let (world, scenario) = (Arc::clone(world), scenario.clone());
        let state = Mutex::new(state);
        Self(Arc::new(Inner { world, dice, scenario, capabilities, latency, state }))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// How many hold it.
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    fn complain(&self, complaints: Vec<(Broken, Option<Name>, String)>) {
        for (broken, key, text) in complaints {
            self.0.world.violate(broken, key, text);
        }
    }

    /// Runs `job` after `delay`; without one, now.
    pub(crate) fn after(&self, delay: Duration, job: impl FnOnce(&Self) + Send + 'static) {
        if delay.is_zero() {
            return job(self);
        }
        let store = self.clone();
        self.0.world.after_outside(delay, Box::new(move || job(&store)));
    }
}

impl Inner {
    /// How long a call takes.
    fn duration(&self) -> Duration {
        let is_slow =
            !self.scenario.is_paced && !self.state.lock().is_healthy && self.dice.chance(20);
        self.dice.delay(if is_slow { Duration::from_secs(5) } else { self.latency })
    }

    /// Whether the store is down, which it may be from now on.
    fn is_down(&self) -> bool {
        let now = self.world.now();
        let mut state = self.state.lock();
        if state.is_healthy || !self.scenario.outages {
            return false;
        }
        if state.down_until <= now && self.dice.chance(15) {
            state.down_until = now.after(self.dice.delay(Duration::from_secs(2)));
        }
        state.down_until > now
    }

    fn verdict(&self, batch: &Batch<Name, Tagged>) -> Verdict {
        let writes = batch.ops.len();
        if self.is_down() {
            return Verdict::down(writes, &self.dice);
        }
        let (now, atomic) = (self.world.now(), self.capabilities.atomic_batch);
        let state = self.state.lock();
        let is_refused = |key| state.refused.get(key).is_some_and(|until| *until > now);
        let refused: Vec<_> = batch.ops.iter().map(|op| is_refused(&op.key)).collect();
        if refused.contains(&true) {
            return Verdict::refusing(&refused, atomic, &self.dice);
        }
        let is_sick = !state.is_healthy && now < Scenario::SICK_UNTIL;
        if let Some(sickness) = self.scenario.sickness.filter(|_| is_sick) {
            let sick: Vec<_> = batch.ops.iter().map(|op| op.key == 0).collect();
            if sick.contains(&true) {
                return Verdict::sick(&sick, sickness);
            }
        }
        if !state.is_healthy && self.dice.chance(self.scenario.faults) {
            return Verdict::bad(writes, atomic, &self.dice);
        }
        Verdict::good(writes)
    }

    pub(crate) fn land(&self, batch: &Batch<Name, Tagged>, place: usize) {
        let op = &batch.ops[place];
        let mut state = self.state.lock();
        let landed = state.landed.entry(op.key).or_default();
        *landed = op.version.max(*landed);
        state.past.land(batch, place);
        let tag = match &op.edit {
            Edit::Put { value, .. } => {
                state.rows.insert(op.key, *value);
                state.stale.entry(op.key).or_insert(*value);
                Some(value.tag)
            }
            Edit::Delete => state.rows.remove(&op.key).map(|_| 0).and(None),
        };
        drop(state);
        let text = format!("   store has {}={} v{}", op.key, short(tag), op.version);
        self.world.note(&[op.key], text);
    }

    pub(crate) fn answered(
        &self,
        batch: &Arc<Batch<Name, Tagged>>,
        outcomes: &[Outcome],
        by_name: bool,
    ) {
        let mut state = self.state.lock();
        state.contract.applied(batch, outcomes);
        state.past.answered(batch, outcomes);
        for (op, outcome) in batch.ops.iter().zip(outcomes) {
            state.stored += u64::from(outcome.is_stored());
            if matches!(outcome, Outcome::Refused(_)) && (by_name || batch.ops.len() == 1) {
                state.culprits.insert(op.key);
                state.refusals.refused(op.key, tag_of(op));
            }
        }
    }

    fn look(&self, key: Name) -> Option<Tagged> {
        let state = self.state.lock();
        let rows = if self.scenario.bug == Bug::LoadsStale && self.dice.chance(200) {
            &state.stale
        } else {
            &state.rows
        };
        let wall = self.world.wall();
        let is_over =
            |row: &Tagged| self.capabilities.expiry && row.expires_at.is_some_and(|at| at <= wall);
        rows.get(&key).copied().filter(|row| !is_over(row))
    }
}

impl BackingStore<Name, Tagged> for SimStore {
    fn capabilities(&self) -> Capabilities {
        self.0.capabilities.clone()
    }

    fn load(&self, keys: Arc<[Name]>, done: Done<Vec<Option<Tagged>>>) {
        let complaints = self.0.state.lock().contract.load(&keys);
        self.0.world.note(&keys, format!("   store: load {keys:?}"));
        self.complain(complaints);
        let inner = &self.0;
        let is_bad = !inner.state.lock().is_healthy && inner.dice.chance(inner.scenario.faults / 2);
        let answer = if inner.is_down() {
            Answer::Gives(Err(Error::unavailable("the store is down")))
        } else if is_bad {
            bad_load(&inner.dice)
        } else {
            Answer::Gives(Ok(0))
        };
        // What is there is looked at somewhere between the call and its answer.
        let (before, behind) = (inner.duration(), inner.duration());
        self.after(before, move |store| {
            let values: Vec<_> = keys.iter().map(|&key| store.0.look(key)).collect();
            store.after(behind, move |store| {
                store.0.state.lock().contract.loaded();
                store.answer_load(&keys, values, answer, done);
            });
        });
    }

    fn apply(&self, batch: Arc<Batch<Name, Tagged>>, done: Done<Vec<Outcome>>) {
        let complaints = self.0.state.lock().contract.apply(&batch);
        let keys: Vec<_> = batch.ops.iter().map(|op| op.key).collect();
        let writes: Vec<_> = batch.ops.iter().map(describe).collect();
        let text = format!("   store: apply batch {} [{}]", batch.id.number, writes.join(", "));
        self.0.world.note(&keys, text);
        self.complain(complaints);
        let verdict = self.0.verdict(&batch);
        self.0.state.lock().past.begin(&batch, &verdict.lands);
        if verdict.lands.len() > 1 && !self.0.capabilities.atomic_batch && self.0.dice.chance(500) {
            // The writes of a batch land one by one; a load may see some of them.
            let first = self.0.duration();
            return self.after(first, move |store| store.land_next(batch, verdict, 0, done));
        }
        let (before, behind) = (self.0.duration(), self.0.duration());
        self.after(before, move |store| {
            for place in 0..verdict.lands.len() {
                store.land_one(&batch, &verdict, place);
            }
            store.after(behind, move |store| store.answer_apply(&batch, verdict, done));
        });
    }

    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<Name, Tagged>>) {
        let from = cursor.map_or(0, |cursor| u16::from_le_bytes([cursor.0[0], cursor.0[1]]));
        let (before, behind) = (self.0.duration(), self.0.duration());
        let is_down = self.0.is_down();
        self.after(before, move |store| {
            let rows: Vec<_> =
                store.0.state.lock().rows.range(from..).map(|(key, _)| *key).collect();
            let next = rows.get(limit).map(|next| Cursor(next.to_le_bytes().to_vec()));
            let entries = rows.into_iter().take(limit);
            let entries = entries.filter_map(|key| Some((key, store.0.look(key)?))).collect();
            store.after(behind, move |_| {
                done.complete(if is_down {
                    Err(Error::unavailable("the store is down"))
                } else {
                    Ok(Page { entries, next })
                });
            });
        });
    }

    fn count(&self, done: Done<u64>) {
        done.complete(Ok(self.0.state.lock().rows.len() as u64));
    }
}

fn describe(op: &WriteOp<Name, Tagged>) -> String {
    format!("{}={} v{}", op.key, short(tag_of(op)), op.version)
}

/// The value that it puts.
fn tag_of(op: &WriteOp<Name, Tagged>) -> Option<Tag> {
    match &op.edit {
        Edit::Put { value, .. } => Some(value.tag),
        Edit::Delete => None,
    }
}

impl fmt::Debug for SimStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimStore").finish_non_exhaustive()
    }
}
