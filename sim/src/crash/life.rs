//! One life: a cache that is opened over what the ones before have left, and used.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use forebay_cache::Cache;
use forebay_journal::disk::simulated::{Call, Fault};
use forebay_store::seam::Clock;
use forebay_store::{Durability, ErrorKind, Result};

use super::bytes::Filled;
use super::crashes::Crashes;
use super::ledger::Ledger;
use super::lives::Lives;
use super::meanwhile::Meanwhile;
use super::opened::Base;
use super::process::{Process, Reach};
use super::whole::Wholes;
use crate::barred::Barred;
use crate::dice::Dice;
use crate::ending;
use crate::history::{Act, Event};
use crate::read_only::ReadOnly;
use crate::run::Run;
use crate::scenario::Ways;
use crate::session::Session;
use crate::trace::Broken;
use crate::value::{Name, Tagged};

/// A process that lives.
pub(crate) struct Life {
    pub(crate) run: Run,
    pub(crate) process: Arc<Process>,
    /// What each key was when it began.
    pub(crate) base: Base,
}

impl Life {
    /// Opens a cache and looks at what is there. `None` if it ended meanwhile.
    pub(crate) fn begin(lives: &Lives<'_>, number: u64) -> Option<Self> {
        let process = Process::new(&lives.world, lives.power());
        let cache = match open(lives, &process, number)? {
            Ok(cache) => cache,
            Err(error) => {
                process.die();
                lives.world.note(&[], format!("the opening fails: {error:?}"));
                let is_explained = lives.power().is_off()
                    || (lives.crashes.is_faulty() && error.kind() != ErrorKind::Corrupt);
                if !is_explained {
                    let text = format!("the opening fails for no reason: {error:?}");
                    lives.world.violate(Broken::Ladder, None, text);
                }
                lives.world.forget_jobs();
                return None;
            }
        };
        let base = lives.look(&cache);
        let mut session = session(lives, cache);
        session.look_at_barred();
        for (key, found) in &base {
            let (begin, now) = (session.world.tick(), session.world.now());
            let (act, text) = (Act::Write(*found), "was there".to_owned());
            let end = Some(session.world.tick());
            let event = Event { act, begin, end, begin_at: now, end_at: now, text };
            session.history.push(*key, event);
        }
        let run = Run::of(session, lives.life_seed(number));
        Some(Self { run, process, base })
    }

    /// Lives until the process ends, or else comes to rest somehow.
    pub(crate) fn go_on(&mut self, crashes: &Crashes, dice: &Dice, number: u64) {
        let disk = self.run.session.power.disk();
        if let Some(disk) = disk.as_ref().filter(|_| crashes.meanwhile > 0) {
            let session = &self.run.session;
            let meanwhile = Meanwhile::new(session, crashes.meanwhile, dice.next(), number);
            disk.on_call(Box::new(move |_| meanwhile.call()));
        }
        if let Some(disk) = disk.filter(|_| crashes.is_faulty()) {
            disk.set_rate(Call::Sync, Fault::Error, crashes.sync_faults);
            disk.set_rate(Call::Write, Fault::Error, crashes.write_faults);
            disk.set_rate(Call::Write, Fault::Short, crashes.write_faults);
            if crashes.fills {
                disk.set_room(Crashes::SEGMENT * (2 + dice.below(crashes.segments)));
                let some_time = dice.delay(Duration::from_secs(2));
                let room_comes = move || disk.set_room(u64::MAX);
                self.run.session.world.after_outside(some_time, Box::new(room_comes));
            }
        }
        self.run.live();
        match dice.below(6) {
            0..3 => {}
            3 => self.rest(crashes),
            4 => {
                ending::close_now(&mut self.run);
                self.run.drain(Duration::from_secs(3));
            }
            _ => {
                self.run.session.store.heal();
                self.rest(crashes);
            }
        }
        if let Some(disk) = self.run.session.power.disk() {
            disk.set_room(u64::MAX);
        }
    }

    /// After a while nothing that was journaled is unsynced.
    fn rest(&mut self, crashes: &Crashes) {
        self.run.drain(Duration::from_secs(5));
        if !crashes.is_faulty() && !self.run.session.power.is_off() {
            self.run.session.ledger.marks_last(u64::MAX);
            self.run.session.ledger.raise_from(Durability::Journaled, Durability::Synced);
        }
    }
}

/// The cache; `None` if the process ends before it is open.
fn open(
    lives: &Lives<'_>,
    process: &Arc<Process>,
    number: u64,
) -> Option<Result<Cache<Name, Tagged>>> {
    let dice = Dice::new(lives.life_seed(number), 21);
    let journaled = match lives.crashes.scenario.ways {
        Ways::Patient => Durability::Synced,
        _ => Durability::Journaled,
    };
    let rungs = [Durability::Memory, journaled, Durability::Synced, Durability::Stored];
    let mut scenario = lives.crashes.scenario.clone();
    scenario.shards = *dice.pick(&[scenario.shards, 1, 2, 4]);
    let store = Arc::new(Reach(lives.store.clone(), Arc::clone(process)));
    let builder = Session::builder(&scenario, store).seams(process.seams(dice.next())).journal_in(
        lives.disk.directory("a"),
        lives.crashes.settings(),
        Filled,
    );
    let settings = lives.settings.clone();
    let builder = Session::switch_on(builder, &scenario, &lives.world, &dice);
    let builder = if dice.chance(200) {
        builder.write_through(settings)
    } else {
        builder.write_behind_at(*dice.pick(&rungs), settings)
    };
    let mut op = builder.open();
    loop {
        match op.try_take() {
            Ok(result) => return Some(result),
            Err(same) => op = same,
        }
        if lives.power().is_off() || !lives.world.step() {
            if !lives.power().is_off() {
                lives.world.violate(Broken::Hang, None, "the opening is never answered");
            }
            process.die();
            lives.world.forget_jobs();
            return None;
        }
    }
}

fn session(lives: &Lives<'_>, cache: Cache<Name, Tagged>) -> Session {
    let stats = cache.stats();
    Session {
        world: Arc::clone(&lives.world),
        scenario: lives.crashes.scenario.clone(),
        settings: lives.settings.clone(),
        store: lives.store.clone(),
        cache,
        history: lives.legacy.history.heir(),
        acknowledged: BTreeMap::new(),
        receipts: Vec::new(),
        is_closed: false,
        is_calm: lives.crashes.scenario.is_calm() && !lives.crashes.is_faulty(),
        ledger: Ledger::default(),
        power: lives.power(),
        inherited: (stats.dirty_bytes, stats.dirty_entries),
        kept: Vec::new(),
        given_up: BTreeMap::new(),
        barred: Barred::default(),
        wholes: Wholes::default(),
        read_only: ReadOnly::default(),
        stamps: Vec::new(),
        tags: lives.legacy.tags,
        meanwhile: Arc::default(),
    }
}
