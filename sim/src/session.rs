//! Everything that the clients of a run share: the cache, the store, the history.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_cache::{Builder, Cache, Receipt, Settings, Stamp, Write};
use forebay_store::seam::Clock;
use forebay_store::sync::Mutex;
use forebay_store::{Durability, Moment, SharedStore, WallTime};

use crate::barred::Barred;
use crate::crash::{Bell, Ledger, Power, Refusal, Wholes};
use crate::dice::Dice;
use crate::everything;
use crate::history::{Act, Event, History};
use crate::intent::{Asked, Intent, Reply};
use crate::read_only::ReadOnly;
use crate::scenario::{Scenario, Ways};
use crate::store::SimStore;
use crate::trace::Broken;
use crate::value::{Name, Tag, Tagged};
use crate::world::World;

pub(crate) struct Session {
    pub(crate) world: Arc<World>,
    pub(crate) scenario: Scenario,
    pub(crate) settings: Settings,
    pub(crate) store: SimStore,
    pub(crate) cache: Cache<Name, Tagged>,
    pub(crate) history: History,
    /// The newest acknowledged version of each key.
    pub(crate) acknowledged: BTreeMap<Name, u64>,
    pub(crate) receipts: Vec<(Name, Receipt)>,
    pub(crate) is_closed: bool,
    pub(crate) is_calm: bool,
    /// What would survive the end of the process.
    pub(crate) ledger: Ledger,
    /// What the process lives on, if that can end.
    pub(crate) power: Power,
    /// Unstored bytes and keys that an earlier process has left, beyond the bounds of this one.
    pub(crate) inherited: (u64, u64),
    /// What was in quarantine when a close said that all that is left is kept.
    pub(crate) kept: Vec<Refusal>,
    /// Up to which version the writes of a key were given up.
    pub(crate) given_up: BTreeMap<Name, u64>,
    /// Keys that leave the quarantine only if somebody asks for it.
    pub(crate) barred: Barred,
    /// The transactions.
    pub(crate) wholes: Wholes,
    /// When it takes no writes.
    pub(crate) read_only: ReadOnly,
    /// Which stamps keys had, with which values, and when that was known.
    pub(crate) stamps: Vec<(Name, Stamp, Option<Tag>, u64)>,
    pub(crate) tags: Tag,
    /// What was begun in the middle of a call of the disk.
    pub(crate) meanwhile: Arc<Mutex<Vec<Begun>>>,
}

/// An operation that has begun.
pub(crate) struct Begun {
    pub(crate) intent: Intent,
    pub(crate) begin: u64,
    pub(crate) begin_at: Moment,
    pub(crate) who: usize,
    /// The newest version of each of its keys that was acknowledged before it.
    pub(crate) floors: Vec<u64>,
    /// The cache was closed before it.
    pub(crate) is_late: bool,
    pub(crate) asked: Asked,
    pub(crate) bell: Arc<Bell>,
}

impl Session {
    pub(crate) fn new(world: &Arc<World>, scenario: &Scenario, seed: u64) -> Self {
        let dice = Dice::new(seed, 3);
        let settings = scenario.settings(seed, &dice);
        let capabilities = scenario.capabilities(&dice);
        let flushes = settings.flushes_in_flight_max;
        let store = SimStore::new(world, scenario, capabilities, flushes, seed);
        let cache = Self::open(world, scenario, &settings, &store, dice.next());
        Self {
            world: Arc::clone(world),
            scenario: scenario.clone(),
            settings,
            store,
            cache,
            history: History::default(),
            acknowledged: BTreeMap::new(),
            receipts: Vec::new(),
            is_closed: false,
            is_calm: scenario.is_calm(),
            ledger: Ledger::default(),
            power: Power::default(),
            inherited: (0, 0),
            kept: Vec::new(),
            given_up: BTreeMap::new(),
            barred: Barred::default(),
            wholes: Wholes::default(),
            read_only: ReadOnly::default(),
            stamps: Vec::new(),
            tags: 0,
            meanwhile: Arc::default(),
        }
    }

    /// Opens a cache over the store.
    pub(crate) fn open(
        world: &Arc<World>,
        scenario: &Scenario,
        settings: &Settings,
        store: &SimStore,
        seed: u64,
    ) -> Cache<Name, Tagged> {
        let builder = Self::builder(scenario, Arc::new(store.clone())).seams(world.seams(seed));
        let builder = Self::switch_on(builder, scenario, world, &Dice::new(seed, 40));
        let builder = match scenario.ways {
            Ways::Through => builder.write_through(settings.clone()),
            _ => builder.write_behind(settings.clone()),
        };
        builder.open().wait().expect("the settings of scenarios make sense")
    }

    /// A cache of this scenario, but for how it writes.
    pub(crate) fn builder(
        scenario: &Scenario,
        store: SharedStore<Name, Tagged>,
    ) -> Builder<Name, Tagged> {
        Cache::builder(store)
            .capacity(scenario.capacity)
            .weigher(|_, value: &Tagged| value.bytes)
            .expire_with(|_, value: &Tagged| value.expires_at)
            .cache_absence(scenario.absence)
            .shards(scenario.shards)
            .loads_waiting_max(scenario.loads_waiting_max)
    }

    /// With everything on, if that is what the scenario is about.
    pub(crate) fn switch_on(
        builder: Builder<Name, Tagged>,
        scenario: &Scenario,
        world: &Arc<World>,
        dice: &Dice,
    ) -> Builder<Name, Tagged> {
        if scenario.everything { everything::switch_on(builder, world, dice) } else { builder }
    }

    /// A value that no other write makes.
    pub(crate) fn value(&mut self, dice: &Dice) -> Tagged {
        self.tags += 1;
        let heaviest = self.scenario.capacity.as_bytes() / 2;
        let bytes = if dice.chance(15) {
            heaviest.min(4096)
        } else {
            dice.below(self.scenario.value_bytes_max)
        };
        let expires_at = (self.scenario.expiry && dice.chance(400)).then(|| {
            let after = dice.delay(std::time::Duration::from_secs(2));
            let mut at = self.world.dates().at(self.world.now().after(after));
            // What is over can be told apart by nothing else.
            while self.history.has_expiry(at) {
                at = WallTime(at.0 + 1);
            }
            at
        });
        if let Some(at) = expires_at {
            self.history.expires(self.tags, at);
        }
        let bytes = usize::try_from(bytes).unwrap_or(0);
        Tagged { tag: self.tags, bytes, expires_at }
    }

    /// A way to write.
    pub(crate) fn write(&self, dice: &Dice) -> Write {
        match self.scenario.ways {
            Ways::Mixed | Ways::Laddered if self.scenario.everything && dice.chance(100) => {
                Write::Around
            }
            Ways::Through => Write::Through,
            Ways::Behind => Write::Behind(Durability::Memory),
            Ways::Mixed => *dice.pick(&[
                Write::Through,
                Write::Behind(Durability::Memory),
                Write::Behind(Durability::Memory),
                Write::Behind(Durability::Stored),
            ]),
            Ways::Patient => *dice.pick(&[
                Write::Through,
                Write::Behind(Durability::Memory),
                Write::Behind(Durability::Synced),
                Write::Behind(Durability::Stored),
            ]),
            Ways::Laddered => *dice.pick(&[
                Write::Through,
                Write::Behind(Durability::Memory),
                Write::Behind(Durability::Journaled),
                Write::Behind(Durability::Journaled),
                Write::Behind(Durability::Synced),
                Write::Behind(Durability::Synced),
                Write::Behind(Durability::Stored),
            ]),
        }
    }

    /// Begins an operation for client `who`.
    pub(crate) fn begin(&mut self, who: usize, intent: Intent) -> Begun {
        let keys = intent.keys();
        let newest = |key| self.acknowledged.get(key).copied().unwrap_or(0);
        let floors = keys.iter().map(newest).collect();
        self.world.note(&keys, format!("{who}> {}", intent.describe()));
        if let Intent::Edit { key, .. } = intent {
            self.unbar(key);
        }
        self.note_behind(&intent);
        let (begin, begin_at) = (self.world.tick(), self.world.now());
        let is_late = self.is_closed;
        self.is_closed |= matches!(intent, Intent::Close { .. });
        // Every other client stands in line for himself.
        let cache = if who % 2 == 1 { self.cache.account() } else { self.cache.clone() };
        let asked = if self.scenario.is_fragile {
            // A clone that panics in the client's own call is the client's own panic.
            let asked = catch_unwind(AssertUnwindSafe(|| intent.ask(&cache)));
            asked.unwrap_or_else(|_| intent.panicked())
        } else {
            intent.ask(&cache)
        };
        let bell = self.power.bell();
        Begun { intent, begin, begin_at, who, floors, is_late, asked, bell }
    }

    /// Takes note of the answer, if it is there.
    pub(crate) fn poll(&mut self, begun: &mut Begun) -> Option<Reply> {
        if begun.bell.is_lost() {
            return None;
        }
        let reply = begun.asked.poll(&begun.bell)?;
        if !begun.bell.hears() {
            return None;
        }
        let keys = begun.intent.keys();
        let text = format!("{}< {}: {}", begun.who, begun.intent.describe(), reply.describe());
        self.world.note(&keys, text);
        self.settle(begun, &reply);
        Some(reply)
    }

    /// The client vanishes.
    pub(crate) fn vanish(&mut self, begun: &Begun) {
        self.world.note(&begun.intent.keys(), format!("{} vanishes", begun.who));
        self.perhaps(begun);
    }

    pub(crate) fn event(&self, begun: &Begun, act: Act, happened: bool) -> Event {
        Event {
            act,
            begin: begun.begin,
            end: happened.then(|| self.world.tick()),
            begin_at: begun.begin_at,
            end_at: self.world.now(),
            text: format!("{} {}", begun.who, begun.intent.describe()),
        }
    }

    pub(crate) fn violate(&self, broken: Broken, begun: &Begun, text: &str) {
        let what = begun.intent.describe();
        let text = format!("{} {what}: {text}", begun.who);
        self.world.violate(broken, begun.intent.keys().first().copied(), text);
    }
}
