//! A run: writers, a flusher, a store, and somebody who keeps the time.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Cache, Event, Settings, Write};
use forebay_store::seam::Clock;
use forebay_store::sync::Mutex;
use forebay_store::{Durability, Moment, SharedStore};

use super::ledger::Ledger;
use super::plan::PromisePlan;
use super::stepped::Stepped;
use super::tale::PromiseTale;
use crate::dice::Dice;
use crate::value::Name;
use crate::world::World;

/// Runs `plan` with `seed`, and after it until everything that can be stored is.
pub fn keep(plan: &PromisePlan, seed: u64) -> PromiseTale {
    let world = World::punctual(seed);
    let plan = Arc::new(plan.clone());
    let sick = plan.is_sick.then_some(0);
    let ledger = Ledger::new(plan.promised, sick);
    let ledger = Arc::new(Mutex::new(ledger));
    let calls = Arc::new(Mutex::new(Vec::new()));
    let tale = Arc::new(Mutex::new(PromiseTale::default()));
    let store = Stepped {
        world: Arc::clone(&world),
        plan: Arc::clone(&plan),
        ledger: Arc::clone(&ledger),
        calls: Arc::clone(&calls),
    };
    let shared: SharedStore<Name, u64> = Arc::new(store);
    let settings = Settings {
        batch_ops_max: plan.batch_max,
        flushes_in_flight_max: plan.concurrency,
        ..Settings::default()
    };
    let listener = listener(&world, &ledger, &tale);
    let cache = Cache::builder(shared)
        .seams(world.seams(seed))
        .shards(plan.shards)
        .write_behind(settings)
        .max_staleness(plan.promised)
        .listen(listener)
        .open()
        .wait()
        .expect("the plan makes sense");
    let writer = Writer {
        world: Arc::clone(&world),
        plan: Arc::clone(&plan),
        cache,
        dice: Arc::new(Dice::new(seed, 21)),
        ledger: Arc::clone(&ledger),
        until: Moment::default().after(plan.length()),
    };
    writer.begin();
    let grace = writer.until.after(plan.promised * 8 + Duration::from_secs(60));
    while world.now() < grace && world.step() {
        let mut ledger = ledger.lock();
        ledger.look(world.now());
        if world.now() > writer.until && ledger.is_empty() && tale.lock().ends_kept() {
            break;
        }
    }
    let ledger = ledger.lock();
    let mut tale = tale.lock().clone();
    tale.longest = ledger.longest;
    tale.breaches = ledger.breaches;
    tale.is_stored = ledger.is_empty();
    tale.calls = std::mem::take(&mut calls.lock());
    tale
}

fn listener(
    world: &Arc<World>,
    ledger: &Arc<Mutex<Ledger>>,
    tale: &Arc<Mutex<PromiseTale>>,
) -> impl Fn(&Event) + Send + Sync + 'static {
    let (world, ledger, tale) = (Arc::clone(world), Arc::clone(ledger), Arc::clone(tale));
    move |event| {
        if matches!(
            event,
            Event::ModeChanged { .. } | Event::Quarantined { .. } | Event::JournalFailed
        ) {
            // They say nothing of the promise.
            return;
        }
        let now = world.now();
        let mut tale = tale.lock();
        tale.events.push((now, event.clone()));
        if let Event::PromiseBroken { .. } = event {
            let mut ledger = ledger.lock();
            ledger.look(now);
            match ledger.broken_at {
                Some(broken) => tale.told_after = tale.told_after.max(now.since(broken)),
                None => tale.lies += 1,
            }
        }
    }
}

#[derive(Clone)]
struct Writer {
    world: Arc<World>,
    plan: Arc<PromisePlan>,
    cache: Cache<Name, u64>,
    dice: Arc<Dice>,
    ledger: Arc<Mutex<Ledger>>,
    until: Moment,
}

impl Writer {
    fn begin(&self) {
        (0..self.plan.burst).for_each(|_| self.put());
        if self.plan.rate > 0 {
            self.write_on();
        }
        if self.plan.flushes {
            self.flush_on();
        }
    }

    fn put(&self) {
        let key = u16::try_from(self.dice.below(self.plan.keys.into())).unwrap_or_default();
        self.ledger.lock().put(key, self.world.now());
        let is_awaited = self.dice.chance(self.plan.awaited);
        let rung = if is_awaited { Durability::Stored } else { Durability::Memory };
        // Nobody waits: what matters is when the store has it.
        drop(self.cache.put_with(key, self.dice.next(), Write::Behind(rung)));
    }

    fn write_on(&self) {
        if self.world.now() >= self.until {
            return;
        }
        let again = self.clone();
        let mean = 1_000_000 / self.plan.rate;
        let pause = Duration::from_micros(self.dice.below(mean * 2 + 1));
        let write = move || {
            again.put();
            again.write_on();
        };
        self.world.after(pause, Box::new(write));
    }

    fn flush_on(&self) {
        if self.world.now() >= self.until {
            return;
        }
        let again = self.clone();
        let flush = move || {
            drop(again.cache.flush());
            again.flush_on();
        };
        self.world.after(Duration::from_secs(1), Box::new(flush));
    }
}
