//! A history of several owners.

use std::sync::Arc;
use std::time::Duration;

use forebay_journal::SharedJournal;
use forebay_journal::disk::simulated::{Call, Ending, Fault, Habits, SimulatedDisk};
use forebay_state::{Home, State};
use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use forebay_store::{Durability, MemoryStore, Result, Seams};

use super::beside::{self, Mail, Store};
use super::book::{Book, Content};
use super::life::{Life, Shared};
use super::lives::{Quirk, StateLives};
use super::meanwhile::Meanwhile;
use super::tale::StateTale;
use crate::crash::Cut;
use crate::dice::Dice;

/// All that the owners share.
struct History<'a> {
    lives: &'a StateLives,
    seed: u64,
    cut: Option<Cut>,
    disk: SimulatedDisk,
    store: Store,
    shared: Arc<Shared>,
    /// What outlives the endings since the last opening.
    safe: Durability,
    steps: Vec<(u64, u64)>,
    cuts: usize,
}

/// Runs the history of `seed`. With `cut`, one life ends where it says.
pub fn live(lives: &StateLives, seed: u64, cut: Option<Cut>) -> StateTale {
    let mut history = History::new(lives, seed, cut);
    for number in 0..lives.lives {
        history.live(number);
    }
    history.live_to_the_end();
    history.look_again();
    history.tell()
}

impl<'a> History<'a> {
    fn new(lives: &'a StateLives, seed: u64, cut: Option<Cut>) -> Self {
        let (disk, dice) = (SimulatedDisk::new(seed), Dice::new(seed, 40));
        disk.set_habits(Habits {
            shorn_blocks: dice.chance(500),
            failed_sync_forgets: dice.chance(500),
            sync_keeps_names: dice.chance(250),
            ..Habits::default()
        });
        let store = Arc::new(MemoryStore::new().with_clock(ManualClock::new()));
        let shared = Arc::new(Shared::new(disk.clone(), lives));
        let (safe, steps) = (Durability::Memory, Vec::new());
        Self { lives, seed, cut, disk, store, shared, safe, steps, cuts: 0 }
    }

    /// The draws of one life.
    fn dice(&self, number: u64) -> Dice {
        Dice::new(self.seed ^ (number << 40), 41)
    }

    /// One life that ends in the middle.
    fn live(&mut self, number: u64) {
        if self.shared.is_broken() {
            return;
        }
        let dice = self.dice(number);
        let ending = *dice.pick(self.lives.endings);
        let drawn = match dice.below(5) {
            0 => None,
            1 => Some(dice.below(40)),
            // To open it takes some thirty.
            _ => Some(30 + dice.below(200)),
        };
        let asked = self.cut.filter(|cut| cut.life == number).map(|cut| cut.step);
        self.trouble(&dice);
        let begun = self.disk.steps();
        if let Some(step) = asked.or(drawn) {
            match ending {
                Ending::PowerCut => self.disk.cut_after(step),
                Ending::Kill => self.disk.kill_after(step),
            }
        }
        self.shared.note(format!("== life {number}, to end by {ending:?} after {drawn:?}"));
        let life = self.open(number).map(|mut life| {
            self.interrupt(&life, number);
            let count = dice.below(self.lives.operations + 1);
            let _ = (0..count).all(|_| life.step(self.lives, &dice));
            self.disk.off_call();
            self.shared.jobs.run_all();
            life.look_at_views();
            if dice.chance(150) && !self.shared.is_broken() {
                life.close();
            }
            life
        });
        self.steps.push((begun, self.disk.steps()));
        self.cuts += usize::from(self.disk.ending().is_some());
        self.end(ending, dice.chance(500), life);
    }

    /// What is wrong with the disk in this life.
    fn trouble(&self, dice: &Dice) {
        self.disk.heal();
        let (lives, disk) = (self.lives, &self.disk);
        if lives.quirk == Quirk::SyncsLie {
            disk.set_rate(Call::Sync, Fault::Lie, 1000);
        }
        if dice.chance(300) {
            return;
        }
        disk.set_rate(Call::Sync, Fault::Error, lives.sync_faults);
        disk.set_rate(Call::SyncDirectory, Fault::Error, lives.sync_faults);
        disk.set_rate(Call::Write, Fault::Error, lives.write_faults);
        disk.set_rate(Call::Write, Fault::Short, lives.write_faults * 4);
        for call in [Call::Create, Call::Rename, Call::Remove] {
            disk.set_rate(call, Fault::Error, lives.name_faults);
        }
        if lives.fills {
            disk.set_room(dice.below(40) << 15);
        }
    }

    /// Lets others act in the middle of this life's calls of the disk.
    fn interrupt(&self, life: &Life, number: u64) {
        if self.lives.meanwhile == 0 {
            return;
        }
        let meanwhile = Meanwhile {
            state: life.state.clone(),
            shared: Arc::clone(&self.shared),
            dice: Dice::new(self.seed ^ (number << 32), 42),
            per_mille: self.lives.meanwhile,
            is_busy: AtomicBool::new(false),
            left: AtomicU64::new(60),
        };
        self.disk.on_call(Box::new(move |_| meanwhile.call()));
    }

    /// The last life: nothing goes wrong any more, and in the end everything is safe.
    fn live_to_the_end(&mut self) {
        if self.shared.is_broken() {
            return;
        }
        self.shared.note("== the last life");
        if self.lives.quirk != Quirk::SyncsLie {
            self.disk.heal();
        }
        self.disk.set_room(u64::MAX);
        let (number, begun) = (self.lives.lives, self.disk.steps());
        let dice = self.dice(number);
        let life = self.open(number).map(|mut life| {
            let _ = (0..5).all(|_| life.step(self.lives, &dice));
            for copied in &*self.shared.copies.lock() {
                let journal = self.lives.journal(life.clock.seams(self.seed));
                if let Err(text) = copied.check(&self.disk, journal) {
                    self.shared.violate(text);
                }
            }
            life.close();
            life
        });
        if life.is_none() && !self.shared.is_broken() {
            self.shared.violate("a disk that is well again opens nothing".to_owned());
        }
        self.steps.push((begun, self.disk.steps()));
        self.end(*dice.pick(self.lives.endings), true, life);
    }

    /// What was closed in order is what is found.
    fn look_again(&mut self) {
        if self.shared.is_broken() {
            return;
        }
        self.shared.note("== a last look");
        let newest = self.shared.promises.lock().newest();
        let life = self.open(self.lives.lives + 1);
        let found = life.as_ref().map(|life| Content::of(&life.state.read()));
        if found.as_ref() != Some(&*newest) && !self.shared.is_broken() {
            self.shared.violate("what was closed is not what is found".to_owned());
        }
        self.end(Ending::Kill, true, life);
    }

    /// The next owner, and what it finds.
    fn open(&mut self, number: u64) -> Option<Life> {
        let clock = ManualClock::new();
        let opened = self.open_on(&clock, number);
        let (state, mail) = opened.inspect_err(|error| self.shared.explain("open", error)).ok()?;
        let view = state.read();
        self.shared.note(format!("found {}", Content::of(&view).short()));
        let found = self.shared.promises.lock().reopened(&view, self.safe);
        if let Err(text) = found {
            self.shared.violate(text);
        }
        if let Some(mail) = &mail {
            self.look_at_mails(mail);
        }
        self.safe = Durability::Memory;
        Some(Life::new(state, mail, &self.shared, &clock))
    }

    fn open_on(
        &self,
        clock: &Arc<ManualClock>,
        number: u64,
    ) -> Result<(State<Book>, Option<Mail>)> {
        let seed = self.seed ^ (number << 20);
        let home = Home::simulated(self.disk.clone(), "s");
        let builder = State::<Book>::builder(home).snapshots(self.lives.snapshots(self.seed));
        let jobs = Arc::clone(&self.shared.jobs);
        let seams = |seed| Seams { spawn: Arc::clone(&jobs) as _, ..clock.seams(seed) };
        let builder = builder.seams(seams(seed ^ 1));
        let journal = self.lives.journal(seams(seed ^ 2));
        if !self.lives.beside {
            return builder.journal(journal).open().map(|state| (state, None));
        }
        let (mail, script) = beside::tenant(&self.store, clock, seed ^ 3);
        let shared = SharedJournal::in_directory(self.disk.directory("journal"), journal);
        let (state, cache) = shared.open((builder.tenant("book"), mail))?;
        Ok((state, Some(Mail::new(cache, script, &self.store))))
    }

    /// A mail is there if its transaction is, and not else.
    fn look_at_mails(&self, mail: &Mail) {
        let tried = u16::try_from(self.shared.last()).unwrap_or(u16::MAX);
        let (should, is) = (self.shared.promises.lock().mails().collect(), mail.there(tried));
        if is != should {
            let (lost, extra) = (should.difference(&is), is.difference(&should));
            let (lost, extra): (Vec<_>, Vec<_>) = (lost.collect(), extra.collect());
            self.shared.violate(format!(
                "the transactions of these mails are there, and they are not: {lost:?}; and of these \
                 it is the other way round: {extra:?}"
            ));
        }
    }

    /// The process ends, as the disk says or else like this; with `at_once`, before what it holds is
    /// let go of.
    fn end(&mut self, ending: Ending, at_once: bool, life: Option<Life>) {
        let ending = self.disk.ending().unwrap_or(ending);
        self.disk.reseed(self.seed ^ (self.disk.steps() << 16));
        let mut life = life;
        if !at_once {
            self.shared.leave();
            drop(life.take());
        }
        let ending = self.disk.ending().unwrap_or(ending);
        match ending {
            Ending::PowerCut => self.disk.power_cut(),
            Ending::Kill => self.disk.kill(),
        }
        self.shared.note(format!("== {ending:?} at step {}", self.disk.steps()));
        self.shared.leave();
        let clock = life.as_ref().map(|life| Arc::clone(&life.clock));
        drop(life);
        self.shared.jobs.forget();
        // Timers hold what they were set for.
        if let Some(clock) = clock {
            clock.advance(Duration::from_secs(600));
        }
        self.safe = self.safe.max(self.safe_after(ending));
    }

    /// What survives this ending.
    fn safe_after(&self, ending: Ending) -> Durability {
        // A page whose sync has failed may be gone from memory, too.
        let forgets = self.lives.sync_faults > 0;
        match (ending, self.lives.quirk) {
            (Ending::PowerCut, Quirk::AsksTooMuch) => Durability::Journaled,
            (Ending::Kill, Quirk::AsksForMemory) => Durability::Memory,
            (Ending::PowerCut, _) => Durability::Synced,
            (Ending::Kill, _) if forgets => Durability::Synced,
            (Ending::Kill, _) => Durability::Journaled,
        }
    }

    fn tell(self) -> StateTale {
        let shared = &self.shared;
        let count =
            |of: &AtomicU64| usize::try_from(of.load(Ordering::SeqCst)).unwrap_or(usize::MAX);
        StateTale {
            name: self.lives.name,
            seed: self.seed,
            cut: self.cut,
            lines: std::mem::take(&mut *shared.lines.lock()),
            violations: std::mem::take(&mut *shared.violations.lock()),
            steps: self.steps,
            cuts: self.cuts,
            accepted: count(&shared.accepted),
            acknowledged: count(&shared.acknowledged),
            refused: count(&shared.refused),
        }
    }
}
