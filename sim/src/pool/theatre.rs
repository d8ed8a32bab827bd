//! A play: one owner after the other.

use std::cell::RefCell;
use std::rc::Rc;

use forebay_journal::disk::simulated::{Call, Ending, Fault, Habits, SimulatedDisk};
use forebay_pool::{DirMedium, Quota};
use forebay_store::seam::manual::ManualClock;

use super::cast;
use super::hearing::Hearing;
use super::life::Life;
use super::panics;
use super::past::Past;
use super::stage::Stage;
use super::tale::PoolTale;
use super::thing::Thing;
use super::ways::{PoolQuirk, PoolWays, Spill};
use crate::dice::Dice;

/// Plays what `seed` says.
pub fn play(ways: &PoolWays, seed: u64) -> PoolTale {
    panics::listen();
    cast::leave();
    Thing::begin(if ways.quirk == PoolQuirk::DecodesWrong { 7 } else { 0 });
    let (disk, dice) = (SimulatedDisk::new(seed), Dice::new(seed, 64));
    disk.set_habits(Habits {
        shorn_blocks: dice.chance(500),
        failed_sync_forgets: dice.chance(500),
        sync_keeps_names: dice.chance(250),
        no_unnamed: dice.chance(250),
        no_links: dice.chance(250),
        ..Habits::default()
    });
    let past = Rc::<RefCell<Past>>::default();
    let mut tale = PoolTale::new(ways.name, seed);
    for number in 0..=ways.lives {
        let ending = (number < ways.lives).then(|| *dice.pick(ways.endings));
        prepare(ways, &disk, &dice, ending);
        let seed = seed ^ number << 50;
        let stage = Stage::new(seed, ways.meanwhile, ways.quirk);
        stage.note(format!("== life {number}, to end by {ending:?}"));
        let hearing = Hearing::default();
        let (disk, past) = (&disk, Rc::clone(&past));
        let life = Life { ways, disk, past, stage, hearing, seed, number };
        life.live(ending);
        tale.take(&life.stage, &life.hearing);
        if tale.is_broken() {
            break;
        }
    }
    if !tale.is_broken() && ways.spill == Spill::Directory {
        tale.violations.extend(leftovers(&disk));
    }
    tale.violations.extend(panics::leave());
    tale
}

/// What goes wrong with the disk in the next life, and when it ends.
fn prepare(ways: &PoolWays, disk: &SimulatedDisk, dice: &Dice, ending: Option<Ending>) {
    disk.heal();
    if ways.quirk == PoolQuirk::SyncsLie {
        disk.set_rate(Call::Sync, Fault::Lie, 1000);
    }
    for (call, fault) in [
        (Call::Write, Fault::Error),
        (Call::Read, Fault::Error),
        (Call::Sync, Fault::Error),
        (Call::SyncDirectory, Fault::Error),
        (Call::Create, Fault::Error),
        (Call::CreateUnnamed, Fault::Error),
        (Call::Rename, Fault::Error),
        (Call::Link, Fault::Error),
        (Call::Remove, Fault::Error),
    ] {
        if ways.disk_faults > 0 && dice.chance(500) {
            disk.set_rate(call, fault, ways.disk_faults);
        }
    }
    if ways.disk_faults > 0 {
        disk.set_rate(Call::Write, Fault::Short, ways.disk_faults * 5);
        disk.set_rate(Call::Read, Fault::Short, ways.disk_faults * 5);
    }
    let step = match dice.below(4) {
        0 => dice.below(60),
        1 => dice.below(400),
        _ => dice.below(3000),
    };
    match ending {
        Some(Ending::PowerCut) => disk.cut_after(step),
        Some(Ending::Kill) => disk.kill_after(step),
        None => {}
    }
}

/// What is left in the spill directory, after somebody has come and gone who removes what dead owners leave.
fn leftovers(disk: &SimulatedDisk) -> Vec<String> {
    disk.heal();
    disk.set_room(u64::MAX);
    let builder = DirMedium::builder().seams(ManualClock::new().seams(1));
    match builder.directory(disk.directory("spill"), Quota::unbounded()).open() {
        Ok(medium) => drop(medium),
        Err(error) => return vec![format!("the spill directory cannot be opened: {error:?}")],
    }
    let names = disk.files("spill");
    let is_ours = |name: &String| name == "DOOR" || name.starts_with("FOREBAY-SPILL");
    let left: Vec<_> = names.into_iter().filter(|name| !is_ours(name)).collect();
    if left.is_empty() {
        Vec::new()
    } else {
        vec![format!("left in the spill directory: {left:?}")]
    }
}
