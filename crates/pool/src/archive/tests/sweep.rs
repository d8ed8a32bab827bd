//! Programs that are ended at every step, by a kill and by a power cut.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use forebay_journal::disk::simulated::Ending;
use forebay_store::{ByteSize, Result};

use super::object::Fake;
use super::world::{World, carry_out, end_after, found, object, shown};
use crate::archive::{Archive, ArchiveSettings, Snapshots};
use crate::key::Key;

const LARGE: usize = 700;
const SMALL: usize = 300;

/// What may be in an archive, as far as was answered.
#[derive(Clone, Default)]
struct Model {
    /// What each snapshot may show; `None`: nothing.
    snapshots: BTreeMap<String, Vec<Option<Shown>>>,
    /// What was answered as kept, and what as deleted.
    kept: BTreeMap<Key, Vec<u8>>,
    /// Keys of which nobody can say.
    open: BTreeSet<Key>,
}

type Shown = BTreeMap<String, Vec<u8>>;

impl Model {
    /// Runs a commit and notes what it may have done.
    fn commit(
        &mut self,
        archive: &Archive,
        name: &str,
        objects: &[(&str, &Arc<Fake>)],
    ) -> Result<()> {
        let new = objects.iter().map(|(name, object)| ((*name).into(), object.bytes().to_vec()));
        let new = Some(new.collect::<Shown>());
        let states = self.snapshots.entry(name.into()).or_insert_with(|| vec![None]);
        let result = archive.commit(name, objects.iter().copied()).wait();
        if result.is_ok() {
            states.clear();
        }
        states.push(new);
        result.map(|_| ())
    }

    fn delete_snapshot(&mut self, archive: &Archive, name: &str) -> Result<()> {
        let states = self.snapshots.entry(name.into()).or_insert_with(|| vec![None]);
        let result = archive.delete_snapshot(name).wait();
        if result.is_ok() {
            states.clear();
        }
        states.push(None);
        result.map(|_| ())
    }

    fn keep(&mut self, archive: &Archive, object: &Arc<Fake>) -> Result<()> {
        let result = archive.keep(object).wait();
        self.open.remove(&object.id());
        match &result {
            Ok(_) => drop(self.kept.insert(object.id(), object.bytes().to_vec())),
            Err(_) if !self.kept.contains_key(&object.id()) => drop(self.open.insert(object.id())),
            Err(_) => {}
        }
        result.map(|_| ())
    }

    fn delete(&mut self, archive: &Archive, key: Key) -> Result<()> {
        let result = archive.delete(key).wait();
        self.kept.remove(&key);
        if result.is_err() {
            self.open.insert(key);
        }
        result.map(|_| ())
    }

    /// What is there is what may be there, and all of it is good.
    fn check(&self, archive: &Archive, place: &str) {
        let listed = archive.snapshots().wait().and_then(Snapshots::all);
        let listed = listed.unwrap_or_else(|error| panic!("{place}: {error}"));
        for snapshot in &listed {
            assert!(self.snapshots.contains_key(&snapshot.name), "{place}: {}", snapshot.name);
        }
        for (name, states) in &self.snapshots {
            let is_there = listed.iter().any(|snapshot| snapshot.name == *name);
            let now = is_there.then(|| shown(archive, name));
            let now = now.transpose().unwrap_or_else(|error| panic!("{place}: {name}: {error}"));
            let names = now.as_ref().map(|now| now.keys().cloned().collect::<Vec<_>>());
            assert!(states.contains(&now), "{place}: `{name}` shows {names:?}");
        }
        for (key, bytes) in &self.kept {
            let now = found(archive, *key).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(now.as_ref(), Some(bytes), "{place}: {key} was kept");
        }
        let verified = archive.verify(|_| std::ops::ControlFlow::Continue(())).wait().unwrap();
        assert!(verified.is_good(), "{place}: {verified:?}");
    }
}

/// The objects of a program: the same ones in every run.
struct Things {
    small: Vec<Arc<Fake>>,
    large: Arc<Fake>,
    spilled: Arc<Fake>,
}

impl Things {
    fn of(world: &World) -> Result<Self> {
        let small = (0..3).map(|number| object(number, SMALL)).collect();
        let (large, spilled) = (object(10, LARGE), object(11, LARGE));
        spilled.spill(world)?;
        Ok(Self { small, large, spilled })
    }
}

/// Small ones are smaller than elsewhere, so that a run is short.
fn opened(world: &World) -> Result<Archive> {
    let small_max = ByteSize::bytes(512);
    world.try_open_with(ArchiveSettings { small_max, ..ArchiveSettings::default() })
}

/// A life of a process: it opens the archive and goes on until something fails.
type Life = fn(&World, &mut Model) -> Result<()>;

fn commits(world: &World, model: &mut Model) -> Result<()> {
    let archive = opened(world)?;
    let Things { small, large, spilled } = Things::of(world)?;
    model.commit(&archive, "s", &[("a", &small[0]), ("b", &large)])?;
    model.keep(&archive, &small[1])?;
    model.commit(&archive, "s", &[("a", &small[2]), ("c", &spilled), ("d", &small[1])])?;
    model.delete(&archive, small[1].id())?;
    archive.gc().wait()?;
    model.delete_snapshot(&archive, "s")?;
    archive.gc().wait().map(|_| ())
}

fn begins(world: &World, model: &mut Model) -> Result<()> {
    let archive = opened(world)?;
    let things = Things::of(world)?;
    model.keep(&archive, &things.small[0])?;
    model.commit(&archive, "s", &[("a", &things.small[1]), ("b", &things.large)])?;
    model.commit(&archive, "s", &[("c", &things.spilled)])?;
    model.delete_snapshot(&archive, "s")
}

fn keeps_again(world: &World, model: &mut Model) -> Result<()> {
    let archive = opened(world)?;
    let things = Things::of(world)?;
    model.keep(&archive, &things.small[0])?;
    model.keep(&archive, &things.large)
}

fn commits_again(world: &World, model: &mut Model) -> Result<()> {
    let archive = opened(world)?;
    let things = Things::of(world)?;
    model.commit(&archive, "t", &[("a", &things.small[0]), ("b", &things.large)])
}

fn deletes_and_collects(world: &World, model: &mut Model) -> Result<()> {
    let archive = opened(world)?;
    model.delete_snapshot(&archive, "s")?;
    archive.gc().wait().map(|_| ())
}

fn collects(world: &World, _model: &mut Model) -> Result<()> {
    opened(world)?.gc().wait().map(|_| ())
}

/// How many steps a life takes that nothing cuts off.
fn steps(before: &World, life: Life, model: &Model) -> u64 {
    let world = before.copy();
    let begin = world.disk.steps();
    life(&world, &mut model.clone()).unwrap();
    world.disk.steps() - begin
}

/// Ends `life` at a step, and gives the next process.
fn ended(before: &World, life: Life, model: &mut Model, ending: Ending, step: u64) -> World {
    let world = before.copy();
    world.disk.reseed(step << 8 | world.disk.steps());
    end_after(&world.disk, ending, step);
    let _ = life(&world, model);
    world.after(|disk| carry_out(disk, ending))
}

fn seeds(few: u64) -> u64 {
    std::env::var("FOREBAY_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(few)
}

#[test]
fn a_program_that_is_ended_at_any_step_leaves_snapshots_whole_and_keeps_what_it_answered() {
    for seed in 0..seeds(3) {
        let start = World::new(seed);
        let steps = steps(&start, commits, &Model::default());
        for (step, ending) in
            (0..=steps).flat_map(|step| [(step, Ending::Kill), (step, Ending::PowerCut)])
        {
            let mut model = Model::default();
            let world = ended(&start, commits, &mut model, ending, step);
            model.check(&world.open(), &format!("seed {seed}, {ending:?} at {step}"));
        }
    }
}

#[test]
fn a_program_that_goes_on_after_a_kill_loses_nothing_to_a_power_cut() {
    let lives: [Life; 4] = [keeps_again, commits_again, deletes_and_collects, collects];
    for (seed, life) in (0..seeds(1)).flat_map(|seed| lives.map(move |life| (seed, life))) {
        let start = World::new(seed);
        for first in 0..=steps(&start, begins, &Model::default()) {
            let mut model = Model::default();
            let world = ended(&start, begins, &mut model, Ending::Kill, first);
            let second = steps(&world, life, &model);
            let stride = 1 + (second / 12).max(first % 3);
            for at in (first % stride..=second + stride).step_by(usize::try_from(stride).unwrap()) {
                let mut model = model.clone();
                let world = ended(&world, life, &mut model, Ending::PowerCut, at);
                let place = format!("seed {seed}, killed at {first}, power cut at {at}");
                model.check(&world.open(), &place);
            }
        }
    }
}
