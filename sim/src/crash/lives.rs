//! A history of several lives.

use std::sync::Arc;

use forebay_cache::Settings;
use forebay_journal::disk::simulated::{Ending, Habits, SimulatedDisk};
use forebay_store::Durability;

use super::crashes::{Crashes, Cut, Wrong};
use super::life::Life;
use super::opened::Legacy;
use super::order::Order;
use super::power::Power;
use super::process::Process;
use super::tale::Tale;
use crate::checker;
use crate::client::Client;
use crate::dice::Dice;
use crate::ending;
use crate::history::History;
use crate::run::Run;
use crate::store::SimStore;
use crate::trace::Broken;
use crate::world::World;

/// All that the lives share.
pub(crate) struct Lives<'a> {
    pub(crate) crashes: &'a Crashes,
    pub(crate) seed: u64,
    pub(crate) world: Arc<World>,
    pub(crate) disk: SimulatedDisk,
    pub(crate) store: SimStore,
    pub(crate) settings: Settings,
    pub(crate) legacy: Legacy,
    order: Order,
    cut: Option<Cut>,
    undecided: usize,
    /// Where each life began and ended, in calls of the disk.
    steps: Vec<(u64, u64)>,
    /// The life that was looked at last.
    pub(crate) history: History,
}

/// What is left of a life until its process has ended.
struct Corpse {
    run: Run,
    process: Arc<Process>,
}

/// Runs the history of `seed`. With `cut`, one life ends where it says.
pub fn crash(crashes: &Crashes, seed: u64, cut: Option<Cut>) -> Tale {
    let mut lives = Lives::new(crashes, seed, cut);
    for number in 0..crashes.lives {
        lives.live(number);
    }
    lives.live_to_the_end();
    lives.look_again();
    Tale {
        scenario: crashes.scenario.clone(),
        seed,
        cut,
        trace: lives.world.take_trace(),
        history: lives.history,
        undecided: lives.undecided,
        steps: lives.steps,
        cuts: lives.legacy.cuts,
    }
}

impl<'a> Lives<'a> {
    fn new(crashes: &'a Crashes, seed: u64, cut: Option<Cut>) -> Self {
        let world = World::new(seed);
        let dice = Dice::new(seed, 3);
        let settings = crashes.scenario.settings(seed, &dice);
        let capabilities = crashes.scenario.capabilities(&dice);
        let flights = settings.flushes_in_flight_max;
        let store = SimStore::new(&world, &crashes.scenario, capabilities, flights, seed);
        let disk = SimulatedDisk::new(seed);
        disk.set_habits(Habits {
            shorn_blocks: dice.chance(500),
            failed_sync_forgets: dice.chance(500),
            sync_keeps_names: dice.chance(250),
            ..Habits::default()
        });
        if crashes.wrong == Wrong::SyncsLie {
            use forebay_journal::disk::simulated::{Call, Fault};
            disk.set_rate(Call::Sync, Fault::Lie, 1000);
        }
        Self {
            crashes,
            seed,
            world,
            disk,
            store,
            settings,
            legacy: Legacy::default(),
            order: Order::default(),
            cut,
            undecided: 0,
            steps: Vec::new(),
            history: History::default(),
        }
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.world.violations() > 0
    }

    /// The draws of one life.
    fn dice(&self, number: u64) -> Dice {
        Dice::new(self.seed ^ (number << 40), 20)
    }

    /// One life that ends in the middle.
    fn live(&mut self, number: u64) {
        if self.is_broken() {
            return;
        }
        let dice = self.dice(number);
        let ending = *dice.pick(self.crashes.endings);
        let drawn = match dice.below(4) {
            0 => None,
            1 => Some(dice.below(20)),
            2 => Some(dice.below(80)),
            _ => Some(dice.below(300)),
        };
        let asked = self.cut.filter(|cut| cut.life == number).map(|cut| cut.step);
        if dice.chance(700) {
            self.store.accept_all();
        }
        let begun = self.disk.steps();
        if let Some(step) = asked.or(drawn) {
            match ending {
                Ending::PowerCut => self.disk.cut_after(step),
                Ending::Kill => self.disk.kill_after(step),
            }
        }
        self.world.note(&[], format!("== life {number}, to end by {ending:?} after {drawn:?}"));
        let corpse = Life::begin(self, number).map(|mut life| {
            life.go_on(self.crashes, &dice, number);
            self.disk.off_call();
            self.look_at_size();
            self.bury(number, life)
        });
        self.steps.push((begun, self.disk.steps()));
        self.end_process(number, ending, corpse);
    }

    /// The last life: the faults stop, and in the end everything is as it should be.
    fn live_to_the_end(&mut self) {
        if self.is_broken() {
            return;
        }
        self.world.note(&[], "== the last life");
        let number = self.crashes.lives;
        if self.crashes.wrong != Wrong::SyncsLie {
            self.disk.heal();
        }
        self.disk.set_room(u64::MAX);
        let begun = self.disk.steps();
        let corpse = Life::begin(self, number).map(|mut life| {
            life.run.live();
            ending::end(&mut life.run);
            self.bury(number, life)
        });
        self.steps.push((begun, self.disk.steps()));
        let ending = *self.dice(number).pick(self.crashes.endings);
        self.end_process(number, ending, corpse);
    }

    /// After a close that told the truth there is as much left as it said.
    fn look_again(&mut self) {
        if self.is_broken() {
            return;
        }
        self.world.note(&[], "== a last look");
        let number = self.crashes.lives + 1;
        let corpse = Life::begin(self, number).map(|life| {
            let cache = &life.run.session.cache;
            let (dirty, left) = (cache.dirty_count(), cache.quarantined().len());
            if dirty != left {
                let text = format!("{dirty} keys are dirty after a close, {left} in quarantine");
                self.world.violate(Broken::Close, None, text);
            }
            self.bury(number, life)
        });
        self.end_process(number, Ending::Kill, corpse);
    }

    /// What a life has done is looked at and kept.
    fn bury(&mut self, number: u64, life: Life) -> Corpse {
        let Life { mut run, process, base } = life;
        let clients = std::mem::take(&mut run.clients);
        let meanwhile = std::mem::take(&mut *run.session.meanwhile.lock());
        for begun in &meanwhile {
            run.session.perhaps(begun);
        }
        // Nobody was told, so it may have happened.
        clients.iter().flat_map(Client::waiting).for_each(|begun| run.session.perhaps(begun));
        process.die();
        drop(clients);
        run.session.history.dates = self.world.dates();
        run.session.history.tighten();
        let (unexplained, undecided) = checker::check_all(&run.session.history);
        self.undecided += undecided;
        for key in unexplained {
            let text = "no order of the operations explains what was read";
            self.world.violate(Broken::History, Some(key), text);
        }
        self.legacy.leave(base, &run.session, number);
        self.history = std::mem::take(&mut run.session.history);
        Corpse { run, process }
    }

    /// The process ends, as the disk says or else like this.
    fn end_process(&mut self, number: u64, ending: Ending, corpse: Option<Corpse>) {
        let ending = self.disk.ending().unwrap_or(ending);
        self.disk.reseed(self.seed ^ (self.disk.steps() << 16));
        match ending {
            Ending::PowerCut => self.disk.power_cut(),
            Ending::Kill => self.disk.kill(),
        }
        self.world.note(&[], format!("== {ending:?} at step {}", self.disk.steps()));
        if let Some(Corpse { run, process }) = corpse {
            process.wind_up(move || drop(run));
        }
        let late = self.crashes.wrong == Wrong::LandsLate;
        self.store.outlive(&self.dice(1000 + number), late);
        self.order.check(self.legacy.number, &self.legacy.ledger, &self.store, &self.world);
        self.legacy.end(self.safe(ending));
    }

    /// What survives this ending.
    fn safe(&self, ending: Ending) -> Durability {
        // A page whose sync has failed may be gone from memory, too.
        let forgets = self.crashes.sync_faults > 0;
        match (ending, self.crashes.wrong) {
            (Ending::PowerCut, Wrong::AsksTooMuch) => Durability::Journaled,
            (Ending::Kill, Wrong::AsksForMemory) => Durability::Memory,
            (Ending::PowerCut, _) => Durability::Synced,
            (Ending::Kill, _) if forgets => Durability::Synced,
            (Ending::Kill, _) => Durability::Journaled,
        }
    }

    /// The journal takes no more room than it may (G7).
    fn look_at_size(&self) {
        let names = self.disk.files("a");
        let segments = names.iter().filter(|name| *name != "LOCK" && *name != "journal").count();
        let most = self.crashes.journal_files_max();
        if segments > most {
            let text = format!("{segments} files in the journal, at most {most}: {names:?}");
            self.world.violate(Broken::Bound, None, text);
        }
    }

    /// What a life has to know of the disk.
    pub(crate) fn power(&self) -> Power {
        Power::of(&self.disk, self.crashes.is_faulty())
    }

    /// Where the clients' draws of one life come from.
    pub(crate) fn life_seed(&self, number: u64) -> u64 {
        self.seed ^ (number << 32)
    }
}
