//! The law of `docs/entry-states.md`: each state of its table is built, each event is applied, and what the entry
//! is then is what the document says.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::fault::{Held, HeldApply, HeldLoad};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{ByteSize, Error, IntoStore, MemoryStore, Outcome, SharedStore};

use crate::table::{Effects, Held as Holds, Shard, Victim};
use crate::{Builder, Cache, Settings, WhenRefused, Write};

const LAW: &str = include_str!("../../../docs/entry-states.md");

/// How an event ends that is one of a cache in which later writes wait behind refused ones.
const QUEUED: &str = "where writes queue";

const KEY: u64 = 1;
const OTHER: u64 = 2;
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);

/// One cell of the table of transitions.
struct Transition<'a> {
    event: &'a str,
    before: &'a str,
    after: &'a str,
}

/// The cells of the table under `## Transitions` in which something happens.
fn transitions() -> Vec<Transition<'static>> {
    let table = LAW.split("\n## Transitions\n").nth(1).expect("the document has the table");
    let rows = table.lines().filter(|line| line.starts_with("| ")).map(cells);
    let mut rows = rows.collect::<Vec<_>>().into_iter();
    let states = rows.next().expect("the table has a head");
    let of_row = |row: Vec<&'static str>| {
        let (event, states) = (row[0], states.clone());
        let cells = states.into_iter().zip(row).skip(1);
        let told = cells.filter(|(_, cell)| *cell != "-");
        told.map(move |(before, after)| Transition { event, before, after })
    };
    rows.flat_map(of_row).collect()
}

/// The cells of a row: what stands before what is said about it.
fn cells(row: &'static str) -> Vec<&'static str> {
    let cells = row.trim_matches('|').split('|');
    cells.map(|cell| cell.split([';', '(']).next().unwrap_or_default().trim()).collect()
}

/// A cache over a store whose calls wait, and a key of it in some state.
struct Stage {
    cache: Cache<u64, u64>,
    held: Arc<Held<u64, u64>>,
    clock: Arc<ManualClock>,
    /// The store is working on the key.
    flight: Option<HeldApply<u64, u64>>,
    /// A write-through that was begun before the key came into its state.
    through: Option<HeldApply<u64, u64>>,
    /// A load that was cut off before that.
    load: Option<HeldLoad<u64, u64>>,
    /// Answers that nobody looks at, but somebody waits for.
    awaited: Vec<Box<dyn Any>>,
}

impl Stage {
    fn new(queues: bool) -> Self {
        Self::open(queues, |builder| builder.time_to_live(MINUTE * 60).refresh_ahead(MINUTE * 10))
    }

    fn open(queues: bool, build: impl FnOnce(Builder<u64, u64>) -> Builder<u64, u64>) -> Self {
        let when_refused = if queues { WhenRefused::Queue } else { WhenRefused::Supersede };
        let clock = ManualClock::new();
        let seams = clock.seams(1);
        let store = MemoryStore::new().with_clock(clock.clone());
        store.insert(KEY, 7);
        let held = Held::new(store.into_store(&seams));
        let shared: SharedStore<u64, u64> = Arc::clone(&held) as _;
        let builder = Cache::builder(shared)
            .seams(seams)
            .shards(1)
            .capacity(ByteSize::mib(1))
            .cache_absence(MINUTE)
            .write_behind(Settings { when_refused, ..Settings::default() });
        let cache = build(builder).open().wait().unwrap();
        let (flight, through, load) = (None, None, None);
        Self { cache, held, clock, flight, through, load, awaited: Vec::new() }
    }

    fn keep(&mut self, answer: impl Any) {
        self.awaited.push(Box::new(answer));
    }

    fn next_apply(&self) -> HeldApply<u64, u64> {
        assert!(self.held.applies() > 0, "the store is asked to write");
        self.held.next_apply()
    }

    fn next_load(&self) -> HeldLoad<u64, u64> {
        assert!(self.held.loads() > 0, "the store is asked to load");
        self.held.next_load()
    }

    fn begin_through(&mut self) -> HeldApply<u64, u64> {
        let op = self.cache.put_with(KEY, 40, Write::Through);
        self.keep(op);
        self.next_apply()
    }

    /// What an event needs to have happened before the key came into its state.
    fn prepare(&mut self, event: &str, state: &str) {
        if event == "load ends" && state != "loading" {
            let op = self.cache.get(&KEY);
            self.keep(op);
            self.load = Some(self.next_load());
            self.cache.invalidate(&KEY);
        }
        if event.starts_with("through ") && state == "dirty" {
            self.through = Some(self.begin_through());
        }
    }

    /// Brings the key, which is absent, into a state.
    fn build(&mut self, state: &str) {
        match state {
            "absent" => {}
            "loading" => {
                let op = self.cache.get(&KEY);
                self.keep(op);
            }
            "clean" => {
                self.build("loading");
                self.next_load().pass();
            }
            "dirty" => {
                self.cache.put(KEY, 20).wait().unwrap();
            }
            "being stored" => {
                self.build("dirty");
                self.clock.advance(SECOND);
                self.flight = Some(self.next_apply());
            }
            "being stored and dirty again" => {
                self.build("being stored");
                self.cache.put(KEY, 21).wait().unwrap();
            }
            "parked" => {
                self.build("being stored");
                self.answer(Outcome::Retry(Error::unavailable("not now")));
            }
            "quarantined" => {
                self.build("being stored");
                self.answer(Outcome::Refused(Error::refused("never")));
            }
            "held back" => {
                self.build("quarantined");
                self.cache.put(KEY, 22).wait().unwrap();
            }
            other => panic!("nobody knows how to make a key {other:?}"),
        }
    }

    /// Has the key dirty, and the shard have noted no more than that: it is behind another.
    fn freshen(&mut self) {
        self.build("clean");
        self.cache.put(OTHER, 1).wait().unwrap();
        self.cache.put(KEY, 20).wait().unwrap();
        assert!(!self.cache.shared().cells[0].lock.pass().is_whole(), "it is fresh");
    }

    fn answer(&mut self, outcome: Outcome) {
        self.flight.take().expect("the store has it").answer(Ok(vec![outcome]));
    }

    fn happen(&mut self, event: &str, state: &str) {
        let cache = self.cache.clone();
        match event.trim_end_matches(QUEUED).trim_end_matches([',', ' ']) {
            "put behind" => self.keep(cache.put(KEY, 30)),
            "delete behind" => self.keep(cache.delete(KEY)),
            "put or delete through" => self.keep(cache.put_with(KEY, 40, Write::Through)),
            "get" => self.keep(cache.get(&KEY)),
            "a hit near or past the end of its time to live" => {
                self.clock.advance(MINUTE * 55);
                self.keep(cache.get(&KEY));
            }
            "load ends" => match self.load.take() {
                // What nobody else writes, so that it is seen if it is not ignored.
                Some(cut_off) => cut_off.answer(Ok(vec![Some(60)])),
                None => self.next_load().pass(),
            },
            "page of a warm-up" => self.keep(cache.warm_up(ByteSize::mib(1)).end()),
            "flusher's turn" => {
                self.clock.advance(MINUTE);
            }
            "stored" => self.answer(Outcome::Stored),
            "refused" => self.answer(Outcome::Refused(Error::refused("never"))),
            "retry, unknown" => self.answer(Outcome::Unknown(Error::unknown("who knows"))),
            "through stored" => self.end_through(state, Outcome::Stored),
            "through refused or retry" => {
                self.end_through(state, Outcome::Refused(Error::refused("never")));
            }
            "through unknown" => {
                self.end_through(state, Outcome::Unknown(Error::unknown("who knows")));
            }
            "evict" => {
                cache.shared().step_beside_fresh(0, Shard::evict_one);
            }
            "invalidate" => drop(cache.invalidate(&KEY)),
            "mark clean" => drop(cache.mark_clean(&KEY)),
            "replay" => drop(cache.quarantine().retry(&KEY)),
            "edit in quarantine" => self.keep(cache.quarantine().edit(&KEY, 50)),
            "drop from quarantine" => drop(cache.quarantine().drop(&KEY)),
            other => panic!("nobody knows how to make {other:?} happen"),
        }
    }

    /// A write-through has this outcome; what is parked goes before it, and still cannot be stored.
    fn end_through(&mut self, state: &str, outcome: Outcome) {
        let through = self.through.take().unwrap_or_else(|| self.begin_through());
        let is_parked = state == "parked";
        let told = if is_parked { Outcome::Retry(Error::unavailable("not now")) } else { outcome };
        through.answer(Ok(vec![told]));
    }

    /// What is read of the key, and whether that was written.
    fn sight(&self) -> (Option<u64>, Option<u64>) {
        let engine = self.cache.shared();
        let shard = engine.cells[0].lock.read();
        let entry = shard.find(engine.hash(&KEY), &KEY).and_then(|at| shard.entry(at));
        let stamp = entry.map(|entry| entry.stamp);
        drop(shard);
        (self.cache.peek(&KEY), stamp)
    }

    /// Every state of the document whose condition holds for the key.
    fn states(&self) -> Vec<&'static str> {
        let engine = self.cache.shared();
        let shard = engine.cells[0].lock.read();
        let Some(at) = shard.find(engine.hash(&KEY), &KEY) else { return vec!["absent"] };
        let entry = shard.entry(at).unwrap();
        let Some(work) = shard.work(at) else {
            let is_value = matches!(entry.held(), Holds::Value(_));
            return vec![if is_value { "clean" } else { "known absent" }];
        };
        let (is_unstored, version) = (work.is_unstored(), shard.version(at).unwrap());
        let through = work.through().map(|write| write.version);
        let inflight =
            (work.inflight != 0 && Some(work.inflight) != through).then_some(work.inflight);
        let is_loading = work.load().is_some();
        let has_value = matches!(entry.held(), Holds::Value(_));
        let is_waiting = work.parked() == 0 && work.quarantined().is_none();
        let conditions = [
            ("loading", is_loading && matches!(entry.held(), Holds::Nothing)),
            ("refreshing", is_loading && has_value && !is_unstored),
            ("dirty", is_unstored && inflight.is_none() && is_waiting),
            ("being stored", is_unstored && inflight == Some(version)),
            ("being stored and dirty again", inflight.is_some_and(|inflight| inflight < version)),
            ("parked", is_unstored && work.parked() != 0),
            ("quarantined", work.quarantined().is_some() && !work.is_queued()),
            ("held back", work.is_queued()),
            ("write-through under way", through.is_some()),
            ("busy", !is_unstored && entry.weight() > 0 && (is_loading || work.has_line())),
        ];
        conditions.into_iter().filter_map(|(state, is_so)| is_so.then_some(state)).collect()
    }
}

#[test]
fn each_event_does_to_each_state_what_the_document_says() {
    let transitions = transitions();
    let mut wrong = Vec::new();
    for Transition { event, before, after } in &transitions {
        let mut stage = Stage::new(event.ends_with(QUEUED) || *before == "held back");
        stage.prepare(event, before);
        stage.build(before);
        assert!(stage.states().contains(before), "{before}: {:?}", stage.states());
        let sight = stage.sight();
        stage.happen(event, before);
        let wanted = if *after == "same" { before } else { after };
        let found = stage.states();
        if !found.contains(wanted) {
            wrong.push(format!("{event}, {before}: {wanted} by the document, but {found:?}"));
        }
        let is_new = event.starts_with("put behind") || event.starts_with("delete behind");
        if *before == "held back" && *event == "flusher's turn" {
            assert_eq!(stage.held.applies(), 0, "what is held back is not sent");
        }
        if *after == "same" && !is_new && stage.sight() != sight {
            let now = stage.sight();
            wrong.push(format!("{event}, {before}: {sight:?} before, and now {now:?}"));
        }
        stage.cache.audit().unwrap_or_else(|error| panic!("{event}, {before}: {error}"));
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), transitions.len(), wrong.join("\n"));
    assert!(transitions.len() > 100, "only {} cells were found", transitions.len());
}

#[test]
fn what_is_fresh_is_dirty_to_each_event() {
    let mut events = 0;
    for Transition { event, before, after } in &transitions() {
        // A write-through that was begun before is work, and a key that has some is not made fresh.
        if *before != "dirty" || event.starts_with("through ") {
            continue;
        }
        let mut stage = Stage::open(false, |builder| builder);
        stage.prepare(event, before);
        stage.freshen();
        stage.happen(event, before);
        let wanted = if *after == "same" { before } else { after };
        let found = stage.states();
        assert!(found.contains(wanted), "{event}: {wanted} by the document, but {found:?}");
        stage.cache.audit().unwrap_or_else(|error| panic!("{event}: {error}"));
        events += 1;
    }
    assert!(events > 8, "only {events} were found");
}

// G5
#[test]
fn what_is_fresh_is_not_evicted_but_leaves_the_clean() {
    let mut stage = Stage::open(false, |builder| builder);
    stage.freshen();
    stage.cache.audit().unwrap();
    let mut shard = stage.cache.shared().cells[0].lock.pass();
    assert_eq!(shard.evict_one(&mut Effects::default()), Victim::Nobody, "nothing is clean");
    drop(shard);
    assert!(stage.states().contains(&"dirty"), "{:?}", stage.states());
    stage.cache.audit().unwrap();
}

#[test]
fn every_state_of_the_transitions_is_described() {
    let table = LAW.split("\n## States\n").nth(1).expect("the document has the table");
    let table = table.split("\n## ").next().unwrap_or_default();
    let rows = table.lines().filter(|line| line.starts_with("| "));
    let described: Vec<_> = rows.map(|row| cells(row)[0]).collect();
    for Transition { event, before, after } in transitions() {
        for state in [before, after].into_iter().filter(|state| *state != "same") {
            assert!(described.contains(&state), "{event}: {state:?} is no state");
        }
    }
}
