//! A journal that runs short of room where the store does not take what is in the way: writers do not find it full as long as
//! a checkpoint can help (G7).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use forebay_cache::{Builder, ByteSize, Cache, Mode, Settings, Write};
use forebay_store::Durability;
use forebay_store::fault::{Script, WriteFault};
use forebay_store::seam::manual::ManualClock;

use super::world::{Life, World, segments};
use crate::rig::{HOUR, SECOND, answered};

/// Writes that may rest for an hour, with more room in memory than in the journal.
fn resting(builder: Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>> {
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    builder.capacity(ByteSize::mib(64)).write_behind(settings)
}

/// So many of 10,000 bytes take three tenths of the journal.
const MANY: usize = 30;

/// The most segments that there are at once, from now on.
fn most_segments(world: &World) -> Arc<AtomicUsize> {
    let most = Arc::new(AtomicUsize::new(0));
    let (disk, noted) = (world.disk.clone(), Arc::clone(&most));
    world.disk.on_call(Box::new(move |_| {
        let names = disk.files("journal");
        let segments = names.iter().filter(|name| name.contains(".seg")).count();
        noted.fetch_max(segments, Ordering::Relaxed);
    }));
    most
}

/// Writes these keys over and over, several journals of them, and sees that no writer waits and no checkpoint goes beyond
/// what the journal may have.
fn write_over_and_over(world: &World, life: &Life, keys: usize, write: Write) {
    overwrite(world, (&life.cache, &life.clock), keys, write);
}

fn overwrite(
    world: &World,
    (cache, clock): (&Cache<String, Vec<u8>>, &ManualClock),
    keys: usize,
    write: Write,
) {
    let most = most_segments(world);
    for round in 0..400 {
        let key = format!("key {}", round % keys);
        let put = cache.put_with(key, vec![0; 10_000], write);
        assert!(put.is_ready() || write == Write::Behind(Durability::Synced), "in round {round}");
        clock.advance(SECOND / 10);
        answered(put).unwrap();
        let (segments, stats) = (most.load(Ordering::Relaxed), cache.stats());
        assert!(segments <= 16, "{segments} segments in round {round}");
        assert_eq!(stats.waits, 0, "a writer waited in round {round}");
        assert_ne!(stats.mode, Mode::JournalFull, "in round {round}");
    }
    world.disk.off_call();
}

#[test]
fn keys_that_are_written_over_and_over_fill_no_journal_while_the_store_is_down() {
    for rung in [Durability::Memory, Durability::Journaled, Durability::Synced] {
        let world = World::new();
        let life = world.try_open(resting, Script::go_down).unwrap();
        write_over_and_over(&world, &life, MANY, Write::Behind(rung));
        assert_eq!(life.cache.dirty_count(), MANY);
    }
}

#[test]
fn a_store_that_goes_down_at_four_fifths_leaves_the_journal_usable() {
    let world = World::new();
    let life = world.open_as(resting);
    let mut once = 0;
    while life.script.applies_arrived() == 0 {
        life.put(&format!("once {once}"), &[0; 10_000]);
        life.clock.advance(SECOND);
        once += 1;
    }
    assert!(life.cache.dirty_count() < once / 2, "some was stored, and a checkpoint made");
    life.script.go_down();
    write_over_and_over(&world, &life, MANY / 2, Write::Behind(Durability::Journaled));
}

#[test]
fn a_drill_fills_no_journal_with_keys_that_are_written_over_and_over() {
    let world = World::new();
    let life = world.open_as(resting);
    life.cache.drill(Mode::StoreDown, HOUR).unwrap();
    write_over_and_over(&world, &life, MANY, Write::Behind(Durability::Journaled));
}

#[test]
fn what_is_in_quarantine_does_not_fill_the_journal_with_what_is_stored() {
    let world = World::new();
    let refuse = |script: &Script<String>| {
        (0..MANY).for_each(|key| script.refuse(format!("refused {key}")));
    };
    let life = world.try_open(resting, refuse).unwrap();
    (0..MANY).for_each(|key| life.put(&format!("refused {key}"), &[0; 10_000]));
    answered(life.cache.flush()).unwrap_err();
    assert_eq!(life.cache.quarantined().len(), MANY);
    write_over_and_over(&world, &life, 3, Write::Behind(Durability::Journaled));
    assert_eq!(life.cache.quarantined().len(), MANY);
}

#[test]
fn keys_whose_writes_fail_again_and_again_fill_no_journal() {
    let world = World::new();
    let fail = |script: &Script<String>| {
        for key in 0..MANY {
            script.fail_writes(format!("key {key}"), 1_000_000, WriteFault::Retry);
        }
    };
    let life = world.try_open(resting, fail).unwrap();
    write_over_and_over(&world, &life, MANY, Write::Behind(Durability::Journaled));
}

#[test]
fn a_key_that_is_written_over_and_over_is_stored_now_and_then_and_fills_no_journal() {
    let world = World::new();
    let life = world.open_as(resting);
    write_over_and_over(&world, &life, 1, Write::Behind(Durability::Journaled));
}

#[test]
fn a_store_that_comes_back_takes_what_is_in_the_way_without_another_write() {
    let mut world = World::new();
    world.journal.bytes_max = 4 << 20;
    let life = world.try_open(resting, Script::go_down).unwrap();
    let mut keys = 0;
    while life.script.applies_arrived() == 0 {
        life.put(&format!("key {keys}"), &vec![0; 30_000]);
        life.clock.advance(SECOND / 10);
        keys += 1;
    }
    let arrived = life.script.applies_arrived();
    // Each write that was tried backs off by itself, for half a minute at most.
    (0..600).for_each(|_| life.clock.advance(SECOND / 10));
    let tried = life.script.applies_arrived() - arrived;
    assert!((10..600).contains(&tried), "a store that is down was tried {tried} times in a minute");
    life.script.come_back();
    (0..600).for_each(|_| life.clock.advance(SECOND / 10));
    let left = segments(&world);
    assert!(left < 32, "{left} segments: a checkpoint has made room");
    let dirty = life.cache.dirty_count();
    assert!((1..keys).contains(&dirty), "{dirty} of {keys} go on resting");
}

#[test]
fn small_values_go_on_resting_when_enough_of_them_are_stored() {
    let mut world = World::new();
    world.journal.segment_bytes = 16 << 10;
    let life = world.open_as(resting);
    let (mut least, mut calls) = (usize::MAX, 0);
    for key in 0..12_000 {
        life.put(&format!("key {key}"), &[0; 100]);
        if key % 10 == 0 {
            life.clock.advance(SECOND / 10);
        }
        let arrived = life.script.applies_arrived();
        if arrived > calls {
            (least, calls) = (least.min(life.cache.dirty_count()), arrived);
        }
    }
    assert!(calls > 0, "the journal ran short");
    assert!(least > 300, "{least} went on resting");
    assert!(calls < 120, "{calls} batches");
}

#[test]
fn versions_that_hang_in_the_store_fill_no_journal_although_they_were_overtaken() {
    let world = World::new();
    let (cache, held, clock) = world.open_held_as(resting);
    for key in 0..MANY {
        answered(cache.put(format!("key {key}"), vec![0; 10_000])).unwrap();
    }
    let flush = cache.flush();
    let flight = held.next_apply();
    overwrite(&world, (&cache, &clock), MANY, Write::Behind(Durability::Journaled));
    flight.pass();
    drop(flush);
}
