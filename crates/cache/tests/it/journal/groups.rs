//! Groups in a journal: all of them or none, wherever it ends.

use std::collections::BTreeMap;
use std::sync::Arc;

use forebay_cache::{Builder, Committed, Settings};
use forebay_journal::disk::simulated::{Ending, SimulatedDisk};
use forebay_store::seam::Random;
use forebay_store::seam::manual::{ManualClock, SeededRandom};
use forebay_store::{Durability, ErrorKind, Op, Result};

use super::world::{Life, World};
use crate::rig::{SECOND, answered};

fn group(life: &Life, keys: &[String], value: &[u8], rung: Durability) -> Op<Committed<String>> {
    let mut group = life.cache.group();
    for key in keys {
        group.put(key.clone(), value.to_vec());
    }
    group.commit(rung)
}

fn assert_written(op: Op<Committed<String>>) {
    assert!(matches!(answered(op).unwrap(), Committed::Written(_)));
}

fn keys(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_group_is_there_after_a_kill() {
    let world = World::new();
    let life = world.open_with_store_down();
    life.put("c", b"before");
    let mut group = life.cache.group();
    group.put("a".to_owned(), b"1".to_vec()).put("b".to_owned(), b"2".to_vec());
    group.expect_value("c".to_owned(), b"before".to_vec()).delete("c".to_owned());
    assert_written(group.commit(Durability::Journaled));
    world.kill(life);
    let life = world.open();
    assert_eq!((life.peek("a"), life.peek("b")), (Some(b"1".to_vec()), Some(b"2".to_vec())));
    assert_eq!(life.get("c"), None, "G9");
}

#[test]
fn a_group_is_one_frame_and_its_end_is_on_the_device_when_it_is_answered() {
    let world = World::new();
    let life = world.open_with_store_down();
    let names = keys(&["a", "b", "c", "d", "e", "f"]);
    assert_written(group(&life, &names, b"1", Durability::Synced));
    assert_eq!(life.cache.loss_bound().power_cut.records, 0);
    world.cut_power(life);
    let life = world.open_with_store_down();
    assert!(names.iter().all(|name| life.peek(name) == Some(b"1".to_vec())));
}

#[test]
fn a_group_too_long_for_a_frame_is_refused_and_leaves_nothing() {
    let world = World::new();
    let life = world.open_with_store_down();
    let names: Vec<_> = (0..20).map(|number| format!("key {number}")).collect();
    let error = answered(group(&life, &names, &[7; 8000], Durability::Journaled)).map(|_| ());
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!((life.cache.dirty_count(), life.cache.stats().dirty_bytes), (0, 0));
    assert_written(group(&life, &names, &[7; 1000], Durability::Journaled));
}

#[test]
fn a_group_waits_for_room_in_a_full_journal() {
    let world = World::new();
    let life = world.open_as(super::world::large);
    life.script.go_down();
    let names = keys(&["a", "b", "c"]);
    let mut waiting = None;
    for round in 0..200_u8 {
        let names: Vec<_> = names.iter().map(|name| format!("{name} {round}")).collect();
        let op = group(&life, &names, &[round; 5000], Durability::Memory);
        life.clock.advance(SECOND);
        match op.try_take() {
            Ok(committed) => drop(committed.unwrap()),
            Err(op) => {
                waiting = Some((op, names));
                break;
            }
        }
    }
    let (op, names) = waiting.expect("a journal of a megabyte is full by then");
    assert!(names.iter().all(|name| life.peek(name).is_none()));
    life.script.come_back();
    for _ in 0..20 {
        life.clock.advance(SECOND * 10);
    }
    assert_written(op);
    assert!(names.iter().all(|name| life.peek(name).is_some()));
}

struct Run {
    world: World,
    dice: SeededRandom,
    /// The keys of each group that was tried, and whether it has to be there.
    groups: BTreeMap<u64, (Vec<String>, bool)>,
    ending: Ending,
    place: String,
}

impl Run {
    fn new(seed: u64, end: Option<u64>, ending: Ending) -> Self {
        let mut world = World::new();
        world.disk = SimulatedDisk::new(seed);
        match (end, ending) {
            (Some(step), Ending::PowerCut) => world.disk.cut_after(step),
            (Some(step), Ending::Kill) => world.disk.kill_after(step),
            (None, _) => {}
        }
        let place = format!("seed {seed}, ended by {ending:?} at {end:?}");
        Self { world, dice: SeededRandom::new(seed), groups: BTreeMap::new(), ending, place }
    }

    fn below(&self, end: u64) -> u64 {
        self.dice.next_u64() % end
    }

    /// A process; all groups are there as a whole, or not at all.
    fn open(&mut self) -> Result<Life> {
        // Two processes draw different numbers.
        let (clock, steps) = (ManualClock::new(), self.world.disk.steps());
        let build = |builder: Builder<_, _>| {
            builder.write_behind(Settings::default()).seams(clock.seams(steps))
        };
        let life = Life { clock: Arc::clone(&clock), ..self.world.try_open(build, |_| {})? };
        self.groups.retain(|number, (keys, has_to_be)| {
            let found = keys
                .iter()
                .map(|key| life.peek(key).or_else(|| self.world.store.get(key)).is_some());
            let found: Vec<_> = found.collect();
            let (is_there, place) = (found[0], &self.place);
            assert!(found.iter().all(|one| *one == is_there), "{place}: group {number}: {found:?}");
            assert!(is_there || !*has_to_be, "{place}: G1: group {number} is gone");
            // What was not there now is not to come back.
            *has_to_be = true;
            is_there
        });
        Ok(life)
    }

    fn work(&mut self, life: &Life, steps: u64, first: u64) -> Result<()> {
        for step in 0..steps {
            match self.below(7) {
                0..=3 => self.write(life, first + step)?,
                4 => drop(life.cache.flush()),
                // A member is overwritten: the group is there at least as it was.
                5 => {
                    let last = self.groups.last_key_value().map(|(_, (keys, _))| keys[0].clone());
                    drop(last.map(|key| life.cache.put(key, vec![9; 300])));
                }
                _ => life.clock.advance(SECOND / 8),
            }
        }
        Ok(())
    }

    fn write(&mut self, life: &Life, number: u64) -> Result<()> {
        let keys: Vec<_> =
            (0..=self.below(4)).map(|part| format!("part {part} of {number}")).collect();
        let value = vec![1; usize::try_from(self.below(6000)).unwrap()];
        let rung = [Durability::Journaled, Durability::Synced][usize::from(self.below(2) == 1)];
        self.groups.insert(number, (keys.clone(), false));
        let written = group(life, &keys, &value, rung);
        let Ok(written) = written.try_take() else { return Ok(()) };
        let _ = written?;
        if rung == Durability::Synced || self.ending == Ending::Kill {
            self.groups.get_mut(&number).unwrap().1 = true;
        }
        Ok(())
    }

    fn live(&mut self) -> Result<()> {
        for turn in 0..2 {
            let life = self.open()?;
            let worked = self.work(&life, 9, turn * 100);
            if worked.is_ok() {
                self.world.kill(life);
            }
            worked?;
        }
        Ok(())
    }
}

fn end_everywhere(seed: u64, ending: Ending) {
    let mut whole = Run::new(seed, None, ending);
    whole.live().unwrap();
    let steps = whole.world.disk.steps();
    assert!(steps > 40 && whole.groups.len() > 3, "{steps}, {}", whole.groups.len());
    for step in 0..=steps {
        let mut run = Run::new(seed, Some(step), ending);
        let lived = run.live();
        let disk = run.world.disk.clone();
        assert!(lived.is_ok() || disk.ending().is_some(), "{}: {lived:?}", run.place);
        match ending {
            Ending::PowerCut => disk.power_cut(),
            Ending::Kill => disk.kill(),
        }
        let life = run.open().unwrap();
        run.work(&life, 3, 900).unwrap();
        run.world.kill(life);
        run.open().unwrap();
    }
}

#[test]
fn a_group_is_there_as_a_whole_or_not_at_all_after_a_power_cut_at_every_step() {
    end_everywhere(1, Ending::PowerCut);
}

#[test]
fn a_group_is_there_as_a_whole_or_not_at_all_after_a_kill_at_every_step() {
    end_everywhere(2, Ending::Kill);
}
