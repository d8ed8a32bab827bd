//! What a fault would lose is never more than the journal says beforehand.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Fault, Habits, SimulatedDisk};
use forebay_journal::{Frame, Journal, Loss, Settings};
use forebay_store::Durability;
use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Clock, Moment};

use super::dice::Dice;
use super::rig::SEGMENT;
use super::seeds::all_hold;

/// A frame that was accepted: its last record, its length, and when.
type Accepted = (u64, u64, Moment);

struct Watch {
    disk: SimulatedDisk,
    clock: Arc<ManualClock>,
    accepted: Mutex<Vec<Accepted>>,
    dice: Dice,
    seed: u64,
}

impl Watch {
    fn settings(&self, seed: u64) -> Settings {
        Settings {
            segment_bytes: SEGMENT,
            bytes_max: 8 * SEGMENT,
            seams: self.clock.seams(seed),
            ..Settings::default()
        }
    }

    /// Ends the process on a copy of the disk, and compares what is there with what was said. The
    /// record that is being accepted right now is in the journal and not yet in the list.
    fn check(&self, journal: &Journal) {
        let bound = journal.loss_bound();
        for (end, bound) in [
            (SimulatedDisk::kill as fn(&SimulatedDisk), bound.killed),
            (SimulatedDisk::power_cut, bound.power_cut),
        ] {
            let disk = self.disk.copy();
            disk.heal();
            disk.reseed(self.dice.next());
            end(&disk);
            let directory = disk.directory("a");
            let opened = Journal::open(directory, self.settings(self.seed + 1), |_, _| Ok(()));
            self.compare(bound, opened.unwrap().0.position().appended);
        }
    }

    fn compare(&self, bound: Loss, last: u64) {
        let accepted = self.accepted.lock().unwrap();
        let gone: Vec<_> = accepted.iter().filter(|(number, ..)| *number > last).collect();
        let records = accepted.last().map_or(0, |(number, ..)| number.saturating_sub(last));
        let bytes: u64 = gone.iter().map(|(_, length, _)| length).sum();
        let age = gone.first().map_or(Duration::ZERO, |oldest| self.clock.now().since(oldest.2));
        let seed = self.seed;
        assert!(records <= bound.records, "seed {seed}: {records} records lost, {bound:?}");
        assert!(bytes <= bound.bytes, "seed {seed}: {bytes} bytes lost, {bound:?}");
        assert!(age <= bound.age, "seed {seed}: what was lost is {age:?} old, {bound:?}");
    }

    /// Appends a frame; if there is no room for it, all before it goes.
    fn append(&self, journal: &Journal) {
        let mut frame = Frame::new();
        for _ in 0..=self.dice.below(3) {
            let most = if self.dice.below(4) == 0 { 20 << 10 } else { 300 };
            frame.push(&vec![1; self.dice.length(most)]).unwrap();
        }
        let length = frame.length() as u64;
        let accepted = journal.append(&frame).or_else(|_| {
            let last = journal.position().appended;
            journal.wait(last, Durability::Synced)?;
            journal.retire(last + 1)?;
            journal.make_room(frame.length())?;
            journal.append(&frame)
        });
        let Ok(number) = accepted else { return };
        self.accepted.lock().unwrap().push((number, length, self.clock.now()));
    }

    fn step(&self, journal: &Journal, pending: &mut VecDeque<forebay_store::Op<()>>) {
        let last = journal.position().appended;
        match self.dice.below(16) {
            0..=6 => self.append(journal),
            7 | 8 => drop(journal.wait(last, Durability::Journaled)),
            9 => drop(journal.wait(last, Durability::Synced)),
            10 => pending.push_back(journal.when(last, Durability::Synced)),
            11 => drop(journal.make_room(self.dice.length(30 << 10))),
            12 => {
                let call = [Call::Sync, Call::Write][self.dice.length(2)];
                self.disk.fail(call, 1 + self.dice.below(3), Fault::Error);
            }
            _ => self.clock.advance(Duration::from_millis(self.dice.below(80))),
        }
    }
}

fn live(seed: u64) {
    let dice = Dice::new(seed, 7);
    let clock = ManualClock::new();
    let disk = SimulatedDisk::new(seed);
    let failed_sync_forgets = seed % 2 == 1;
    disk.set_habits(Habits { failed_sync_forgets, ..Habits::default() });
    let watch = Arc::new(Watch { disk, clock, accepted: Mutex::default(), dice, seed });
    let opened = Journal::open(watch.disk.directory("a"), watch.settings(seed), |_, _| Ok(()));
    let journal = opened.unwrap().0;
    let (watching, watched) = (Arc::clone(&watch), journal.clone());
    watch.disk.on_call(Box::new(move |_| {
        if watching.dice.below(3) == 0 {
            watching.check(&watched);
        }
    }));
    let mut pending = VecDeque::new();
    for _ in 0..30 {
        watch.step(&journal, &mut pending);
        watch.check(&journal);
    }
    watch.disk.off_call();
}

#[test]
fn no_fault_at_any_moment_loses_more_than_was_said_beforehand() {
    all_hold("no_fault_at_any_moment_loses_more_than_was_said_beforehand", 40, live);
}
