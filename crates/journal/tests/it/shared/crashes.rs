//! It ends at every step, and each tenant finds his own.

use forebay_journal::SharedJournal;
use forebay_journal::disk::simulated::{Ending, Habits, SimulatedDisk};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Result};

use super::model::Model;
use super::rig::{Lodger, SEGMENT, frame, notes, settings};
use crate::crash::dice::Dice;
use crate::crash::seeds::all_hold;

const NAMES: [&str; 3] = ["shop", "mail", "more"];

/// One run: a few owners one after the other.
struct Run {
    disk: SimulatedDisk,
    clock: std::sync::Arc<ManualClock>,
    model: Model,
    dice: Dice,
    lodgers: Vec<Lodger>,
    made: u64,
    place: String,
}

impl Run {
    fn new(seed: u64, place: String) -> Self {
        let disk = SimulatedDisk::new(seed);
        disk.set_habits(Habits {
            shorn_blocks: seed % 2 == 1,
            failed_sync_forgets: false,
            sync_keeps_names: seed % 3 == 2,
            ..Habits::default()
        });
        let (clock, dice) = (ManualClock::new(), Dice::new(seed, 1));
        let (model, lodgers) = (Model::of(NAMES.len()), Vec::new());
        Self { disk, clock, model, dice, lodgers, made: 0, place }
    }

    fn open(&mut self, is_power_cut: bool) -> Result<()> {
        let mut settings = settings(&self.disk, &self.clock);
        settings.bytes_max = 6 * SEGMENT;
        let tenants: Vec<_> = NAMES.iter().map(|name| notes(name)).collect();
        self.lodgers =
            SharedJournal::in_directory(self.disk.directory("a"), settings).open(tenants)?;
        self.model.reopened(&self.lodgers, is_power_cut, &self.place);
        self.look();
        Ok(())
    }

    fn look(&mut self) {
        if let Some(lodger) = self.lodgers.first() {
            self.model.looked(lodger.channel.position());
        }
    }

    /// An owner does this and that, until something fails.
    fn work(&mut self, steps: u64) -> Result<()> {
        for _ in 0..steps {
            match self.dice.below(10) {
                0..=5 => self.append()?,
                6 | 7 => self.retire()?,
                8 => {
                    let last = self.lodgers[0].channel.position().appended;
                    self.lodgers[0].channel.wait(last, Durability::Synced)?;
                }
                _ => self.clock.advance(std::time::Duration::from_millis(60)),
            }
            self.look();
        }
        Ok(())
    }

    fn append(&mut self) -> Result<()> {
        let mut records = Vec::new();
        for _ in 0..=self.dice.below(3) {
            self.made += 1;
            let length = 1 + self.dice.length(6000);
            let mut record = self.made.to_le_bytes().to_vec();
            record.resize(8 + length, u8::try_from(self.made % 251).unwrap());
            records.push((self.dice.length(NAMES.len()), record));
        }
        let of = |(tenant, record): &(usize, Vec<u8>)| (*tenant, record.clone());
        let records: Vec<_> = records.iter().map(of).collect();
        let borrowed: Vec<_> =
            records.iter().map(|(tenant, record)| (&self.lodgers[*tenant], &record[..])).collect();
        let frame = frame(&borrowed);
        let others: Vec<_> = records.iter().map(|record| record.0).collect();
        let appending = &self.lodgers[others[0]].channel;
        if let Err(error) = appending.make_room(frame.length()) {
            let is_full = error.kind() == forebay_store::ErrorKind::Busy;
            return if is_full { self.let_all_go() } else { Err(error) };
        }
        let mut append: Box<dyn FnOnce() -> Result<u64> + '_> =
            Box::new(|| appending.append(&frame));
        for tenant in 0..NAMES.len() {
            if tenant != others[0] && others.contains(&tenant) {
                let (channel, inner) = (&self.lodgers[tenant].channel, append);
                append = Box::new(move || channel.include(inner));
            }
        }
        let number = append()?;
        let rung = [Durability::Memory, Durability::Journaled, Durability::Synced];
        let rung = rung[self.dice.length(3)];
        self.model.appended(&records, number);
        self.lodgers[0].channel.wait(number, rung)?;
        Ok(())
    }

    /// One of them needs less.
    fn retire(&mut self) -> Result<()> {
        let tenant = self.dice.length(NAMES.len());
        let channel = &self.lodgers[tenant].channel;
        let synced = channel.position().synced;
        let needed = synced + 1 - self.dice.below(8).min(synced);
        self.model.retired(tenant, needed);
        channel.retire(needed)
    }

    fn let_all_go(&mut self) -> Result<()> {
        for tenant in 0..NAMES.len() {
            let channel = &self.lodgers[tenant].channel;
            channel.wait(channel.position().appended, Durability::Synced)?;
            let needed = channel.position().synced + 1;
            self.model.looked(channel.position());
            self.model.retired(tenant, needed);
            self.lodgers[tenant].channel.retire(needed)?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        self.lodgers.iter().try_for_each(|lodger| lodger.channel.close())?;
        self.look();
        Ok(())
    }

    /// Some owners, until one is cut off.
    fn live(&mut self) -> Result<()> {
        for life in 0..3 {
            self.open(false)?;
            self.work(16)?;
            if life == 1 {
                self.close()?;
            }
            self.leave(Ending::Kill);
        }
        Ok(())
    }

    fn leave(&mut self, ending: Ending) {
        self.look();
        self.lodgers.clear();
        match ending {
            Ending::PowerCut => self.disk.power_cut(),
            Ending::Kill => self.disk.kill(),
        }
    }
}

fn begin(seed: u64, end: Option<(Ending, u64)>) -> Run {
    let mut run = Run::new(seed, format!("seed {seed}, ended {end:?}"));
    match end {
        Some((Ending::PowerCut, step)) => run.disk.cut_after(step),
        Some((Ending::Kill, step)) => run.disk.kill_after(step),
        None => {}
    }
    let lived = run.live();
    assert!(lived.is_ok() || run.disk.ending().is_some(), "{}: {lived:?}", run.place);
    run
}

fn end_everywhere(seed: u64, ending: Ending) {
    let steps = begin(seed, None).disk.steps();
    for step in 0..=steps {
        let mut run = begin(seed, Some((ending, step)));
        run.disk.reseed(seed ^ step << 16);
        run.leave(ending);
        // Whoever comes next goes on, and is cut off by the same.
        for _ in 0..2 {
            run.open(ending == Ending::PowerCut).unwrap();
            run.work(4).unwrap();
            run.leave(ending);
        }
        run.open(ending == Ending::PowerCut).unwrap();
    }
}

#[test]
fn each_tenant_finds_what_was_synced_after_a_power_cut_at_every_step() {
    let name = "each_tenant_finds_what_was_synced_after_a_power_cut_at_every_step";
    all_hold(name, 2, |seed| end_everywhere(seed, Ending::PowerCut));
}

#[test]
fn each_tenant_finds_what_was_written_after_a_kill_at_every_step() {
    let name = "each_tenant_finds_what_was_written_after_a_kill_at_every_step";
    all_hold(name, 1, |seed| end_everywhere(seed, Ending::Kill));
}
