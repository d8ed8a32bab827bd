//! Opening over a journal.

use forebay_cache::{Builder, Settings, Write};
use forebay_journal::disk::simulated::Remains;
use forebay_store::fault::Script;
use forebay_store::{Durability, ErrorKind, MemoryStore};

use super::world::{World, large, segments};
use crate::rig::{SECOND, answered};

fn behind(builder: Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>> {
    builder.write_behind(Settings::default())
}

#[test]
fn a_journal_has_one_owner() {
    let world = World::new();
    let life = world.open();
    let second = world.try_open(behind, |_| {}).map(|_| ()).unwrap_err();
    assert_eq!(second.kind(), ErrorKind::Unavailable);
    drop(life);
    world.open();
}

#[test]
fn what_was_found_in_the_journal_is_told() {
    let world = World::new();
    let life = world.open();
    assert_eq!(life.cache.recovery().unwrap().segments, 0, "there was nothing");
    assert!(answered(life.cache.close(SECOND)).unwrap().is_clean());
    drop(life);
    let life = world.open_with_store_down();
    let write = |key: &str, rung| {
        life.cache.put_with(key.into(), b"value".into(), Write::Behind(rung)).wait().unwrap();
    };
    assert!(life.cache.recovery().unwrap().was_clean);
    write("kept", Durability::Synced);
    write("torn", Durability::Journaled);
    world.kill(life);
    let mut files = world.disk.files("journal").into_iter();
    let found = files.find_map(|name| {
        let bytes = world.disk.read_live("journal", &name)?;
        let at = bytes.windows(4).position(|it| it == b"torn")?;
        Some((name, at as u64))
    });
    let (name, at) = found.unwrap();
    assert!(world.disk.flip_bit("journal", &name, at * 8));
    let life = world.open_with_store_down();
    let recovery = life.cache.recovery().unwrap();
    assert!(!recovery.was_clean);
    assert_eq!(recovery.torn.as_ref().map(|(file, _)| file), Some(&name));
    assert_eq!(recovery.dropped, 1);
    assert_eq!((life.peek("kept"), life.peek("torn")), (Some(b"value".to_vec()), None));
    assert_eq!(life.cache.stats().restored, 1);
}

#[test]
fn a_journal_of_other_types_is_refused_and_left_alone() {
    let world = World::new();
    let life = world.open_with_store_down();
    life.put("a", b"1");
    world.kill(life);
    let other = forebay_cache::Cache::builder(MemoryStore::<Vec<u8>, Vec<u8>>::new())
        .journal_in(world.disk.directory("journal"), world.journal.clone(), forebay_store::Raw)
        .open();
    assert_eq!(other.wait().unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(world.open_with_store_down().get("a"), Some(b"1".to_vec()));
}

#[test]
fn a_rung_that_needs_a_journal_is_refused_at_the_start() {
    let store = MemoryStore::<String, Vec<u8>>::new();
    let builder = forebay_cache::Cache::builder(store);
    let opened = builder.write_behind_at(Durability::Synced, Settings::default()).open();
    assert_eq!(answered(opened).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn an_opening_that_is_cut_off_anywhere_loses_nothing() {
    let world = World::new();
    let life = world.open_with_store_down();
    for key in 0..30_u8 {
        life.put(&format!("key {key}"), &vec![key; 500]);
    }
    // It is known to be on the device by then, so the next owner does not write it again by itself.
    life.clock.advance(SECOND);
    world.kill(life);
    let image = world.disk.copy();
    for step in 0.. {
        let world = World { disk: image.copy(), ..World::new() };
        world.disk.cut_after(step);
        let opened = world.try_open(behind, Script::go_down);
        let is_whole = world.disk.ending().is_none();
        drop(opened);
        world.disk.power_cut_leaving(Remains::Nothing);
        let life = world.open_with_store_down();
        assert_eq!(life.cache.dirty_count(), 30, "cut off at step {step}");
        for key in 0..30_u8 {
            assert_eq!(life.get(&format!("key {key}")), Some(vec![key; 500]), "step {step}");
        }
        if is_whole {
            assert!(step > 10);
            return;
        }
    }
}

#[test]
fn an_old_image_of_the_journal_is_forgotten_once_it_was_taken_over() {
    let world = World::new();
    for _ in 0..40 {
        let life = world.open_with_store_down();
        life.put("a", &[7; 5000]);
        world.kill(life);
    }
    let files = world.disk.files("journal");
    assert!(files.len() < 8, "{files:?}");
}

#[test]
fn openings_that_are_killed_do_not_make_the_journal_grow() {
    let world = World::new();
    let life = world.open_with_store_down();
    for key in 0..100 {
        life.put(&format!("key {key}"), &vec![1; 5_000]);
    }
    life.clock.advance(SECOND);
    world.kill(life);
    let steps = {
        let copy = World { disk: world.disk.copy(), ..World::new() };
        copy.disk.kill();
        let before = copy.disk.steps();
        let _life = copy.open_with_store_down();
        copy.disk.steps() - before
    };
    let before = segments(&world);
    let mut most = 0;
    for _ in 0..30 {
        world.disk.kill_after(steps * 3 / 4);
        let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
        let opened = world.try_open(build, Script::go_down);
        drop(opened);
        world.disk.kill();
        most = most.max(segments(&world));
    }
    assert!(most <= 32, "{before} segments at first, {most} later; the bound is 16");
}

#[test]
fn shorter_segments_are_told_as_a_setting() {
    let mut world = World::new();
    world.journal.segment_bytes = 256 << 10;
    let life = world.try_open(large, Script::go_down).unwrap();
    life.put("a", &vec![0; 100_000]);
    life.clock.advance(SECOND);
    world.kill(life);
    world.journal.segment_bytes = 64 << 10;
    let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
    let error = world.try_open(build, |_| {}).map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
}

#[test]
fn an_opening_that_is_cut_off_anywhere_forgets_no_refusal() {
    let world = World::new();
    let refuse = |script: &Script<String>| script.refuse("a".into());
    let life = world.try_open(behind, refuse).unwrap();
    life.put("a", &[0; 2000]);
    life.clock.advance(SECOND);
    drop(life.cache.close(SECOND));
    life.clock.advance(SECOND);
    world.kill(life);
    let image = world.disk.copy();
    // A write that is cut off has been made in part, and every seed has another part.
    for seed in 0..20 {
        for step in 0.. {
            let world = World { disk: image.copy(), ..World::new() };
            world.disk.reseed(seed);
            world.disk.kill_after(step);
            let opened = world.try_open(behind, Script::go_down);
            let is_whole = world.disk.ending().is_none();
            drop(opened);
            world.disk.kill();
            let life = world.open_with_store_down();
            assert_eq!(life.cache.quarantined().len(), 1, "seed {seed}, cut off at step {step}");
            if is_whole {
                break;
            }
        }
    }
}
