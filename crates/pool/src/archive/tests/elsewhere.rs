//! Names that are there have their bytes, wherever those came from: memory, a spill on the same file system,
//! or one on another.

use std::ops::ControlFlow;
use std::sync::Arc;

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_store::Result;

use super::object::Fake;
use super::spill::Spill;
use super::world::{World, found, object};
use crate::archive::Catalog;

const LENGTH: usize = 3000;

/// Where the blob of an object is before it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Memory,
    Here,
    Elsewhere,
}

const ORIGINS: [Origin; 3] = [Origin::Memory, Origin::Here, Origin::Elsewhere];

/// A world with an object, and the other disk that it may be on.
fn begin(seed: u64, origin: Origin) -> (World, Arc<Fake>, SimulatedDisk) {
    let (mut world, other) = (World::new(seed), SimulatedDisk::new(seed ^ 0x55));
    if origin == Origin::Elsewhere {
        world.spill = Spill::of(other.directory("spill"));
    }
    let kept = object(1, LENGTH);
    if origin != Origin::Memory {
        kept.spill(&world).unwrap();
    }
    drop(world.open());
    (world, kept, other)
}

fn keep(world: &World, kept: &Arc<Fake>) -> Result<()> {
    world.try_open()?.keep(kept).wait().map(|_| ())
}

/// Keeps an object and cuts the power at a step. Whether what is there by then is good, and whether it is
/// there if that was answered.
fn is_good_after(seed: u64, origin: Origin, step: u64, is_lying: bool) -> bool {
    let (world, kept, _other) = begin(seed, origin);
    if is_lying {
        world.disk.fail_from(Call::Sync, 1, Fault::Lie);
    }
    world.disk.cut_after(step);
    let answered = keep(&world, &kept);
    let world = world.after(SimulatedDisk::power_cut);
    let catalog = Catalog::open_in(world.disk.directory(World::ARCHIVE)).unwrap();
    let verified = catalog.verify(|_| ControlFlow::Continue(())).unwrap();
    let is_there = || found(&world.open(), kept.id()).is_ok_and(|found| found.is_some());
    verified.is_good() && (answered.is_err() || is_there())
}

fn steps(origin: Origin) -> u64 {
    let (world, kept, _other) = begin(1, origin);
    let begin = world.disk.steps();
    keep(&world, &kept).unwrap();
    world.disk.steps() - begin
}

#[test]
fn a_name_that_outlives_a_power_cut_has_its_bytes_wherever_they_came_from() {
    for origin in ORIGINS {
        let steps = steps(origin);
        for (seed, step) in (0..8).flat_map(|seed| (0..=steps).map(move |step| (seed, step))) {
            assert!(is_good_after(seed, origin, step, false), "{origin:?}, {step}, seed {seed}");
        }
    }
}

#[test]
fn on_a_disk_whose_syncs_lie_that_is_not_so() {
    for origin in ORIGINS {
        let steps = steps(origin);
        let mut all = (0..32).flat_map(|seed| (0..=steps).map(move |step| (seed, step)));
        assert!(all.any(|(seed, step)| !is_good_after(seed, origin, step, true)), "{origin:?}");
    }
}

#[test]
fn what_is_on_another_file_system_is_copied_and_what_is_on_the_same_one_is_not() {
    for origin in [Origin::Here, Origin::Elsewhere] {
        let (world, kept, _other) = begin(1, origin);
        let before = world.disk.counts().bytes_written;
        let archive = world.open();
        archive.keep(&kept).wait().unwrap();
        let written = world.disk.counts().bytes_written - before;
        assert_eq!(written >= LENGTH as u64, origin == Origin::Elsewhere, "{origin:?}");
        assert_eq!(found(&archive, kept.id()).unwrap().unwrap(), kept.bytes());
    }
}

#[test]
fn what_is_elsewhere_is_not_synced_there_again_and_again_to_find_that_it_cannot_be_linked() {
    let (world, kept, other) = begin(1, Origin::Elsewhere);
    let archive = world.open();
    archive.keep(&kept).wait().unwrap();
    let before = other.counts().syncs;
    for number in 2..6 {
        let next = world.spilled(number, LENGTH);
        archive.keep(&next).wait().unwrap();
        assert!(!next.blob().unwrap().is_named());
    }
    assert_eq!(other.counts().syncs, before);
}
