//! What waits behind a refused write, over restarts and in a full journal.

use std::sync::Arc;

use forebay_cache::{Builder, Cache, Settings, WhenRefused, Write};
use forebay_store::fault::{Held, Script, WriteFault};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, ErrorKind, IntoStore, Outcome, Postcard, SharedStore};

use super::world::{Life, World};
use crate::rig::{HOUR, SECOND, answered};

fn queueing(builder: Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>> {
    builder
        .capacity(forebay_cache::ByteSize::mib(64))
        .weigher(|key, value| key.len() + value.len())
        .write_behind(Settings { when_refused: WhenRefused::Queue, ..Settings::default() })
}

fn superseding(builder: Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>> {
    builder.write_behind(Settings::default())
}

fn key() -> String {
    "a".into()
}

/// A key in quarantine, whose writes the store takes from now on.
fn refused(world: &World) -> Life {
    let life = world.try_open(queueing, |script: &Script<String>| script.refuse(key())).unwrap();
    life.put("a", b"refused");
    life.clock.advance(SECOND);
    assert_eq!(life.cache.quarantined().len(), 1);
    life.script.accept(&key());
    life
}

/// It waits, as before, and nothing of it was sent.
#[track_caller]
fn assert_waits(world: &World, life: &Life, value: &[u8]) {
    life.clock.advance(HOUR);
    let listed = life.cache.quarantined();
    assert_eq!((listed.len(), listed[0].waits(), listed[0].attempts), (1, true, 0));
    assert_eq!(listed[0].cause.kind(), ErrorKind::Refused);
    assert_eq!((life.get("a"), world.stored("a")), (Some(value.to_vec()), None));
    life.cache.audit().unwrap();
}

#[test]
fn what_waits_behind_a_refused_one_waits_after_restarts_too() {
    let world = World::new();
    let life = refused(&world);
    let write = Write::Behind(Durability::Journaled);
    answered(life.cache.put_with(key(), b"newer".into(), write)).unwrap();
    world.kill(life);
    for _ in 0..2 {
        let life = world.open_as(queueing);
        assert_waits(&world, &life, b"newer");
        world.kill(life);
    }
    // However later writes are treated then.
    let life = world.open_as(superseding);
    assert_waits(&world, &life, b"newer");
    assert!(life.cache.replay(&key()));
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.stored("a"), Some(b"newer".to_vec()));
    life.clock.advance(SECOND);
    world.cut_power(life);
    assert_eq!(world.open_as(queueing).cache.quarantined().len(), 0);
}

#[test]
fn what_came_while_it_was_refused_waits_after_a_restart_too() {
    let world = World::new();
    let clock = ManualClock::new();
    let seams = clock.seams(1);
    let held = Held::new(Arc::clone(&world.store).into_store(&seams));
    let store: SharedStore<String, Vec<u8>> = Arc::clone(&held) as _;
    let builder = queueing(Cache::builder(store).seams(seams).shards(2));
    let directory = world.disk.directory("journal");
    let cache = answered(builder.journal_in(directory, world.journal.clone(), Postcard).open());
    let cache = cache.unwrap();
    answered(cache.put(key(), b"refused".into())).unwrap();
    clock.advance(SECOND);
    answered(cache.put(key(), b"newer".into())).unwrap();
    held.next_apply().answer(Ok(vec![Outcome::Refused(Error::refused("never"))]));
    clock.advance(SECOND);
    assert_eq!((held.applies(), cache.quarantined()[0].waits()), (0, true));
    world.disk.kill();
    drop(cache);
    assert_waits(&world, &world.open_as(queueing), b"newer");
}

#[test]
fn what_waits_is_written_forward_with_what_it_waits_for() {
    let world = World::new();
    let life = refused(&world);
    life.put("a", b"newer");
    for _ in 0..1000 {
        life.put("other", &[0; 1000]);
    }
    assert!(world.disk.files("journal").len() < 10, "there was a checkpoint");
    world.kill(life);
    assert_waits(&world, &world.open_as(queueing), b"newer");
}

#[test]
fn what_waits_has_room_after_a_restart_into_a_smaller_quarantine() {
    let world = World::new();
    let life = refused(&world);
    life.put("a", &[7; 1000]);
    world.kill(life);
    let none = Some(forebay_cache::ByteSize::bytes(0));
    let settings = Settings {
        when_refused: WhenRefused::Queue,
        quarantine_bytes_max: none,
        ..Settings::default()
    };
    let life = world.open_as(|builder| builder.write_behind(settings));
    assert_waits(&world, &life, &[7; 1000]);
    // What weighs no more needs no room.
    life.put("a", &[8; 1000]);
    assert_waits(&world, &life, &[8; 1000]);
}

#[test]
fn of_many_puts_only_those_wait_whose_keys_were_refused() {
    let world = World::new();
    let life = refused(&world);
    let writes = (0..40).map(|n| (format!("key {n}"), vec![1])).chain([(key(), vec![2])]);
    let answers = life.cache.put_many(writes).wait().unwrap();
    assert!(answers.iter().all(Result::is_ok));
    life.clock.advance(SECOND);
    assert!((0..40).all(|n| world.stored(&format!("key {n}")).is_some()));
    assert_waits(&world, &life, &[2]);
    world.kill(life);
    assert_waits(&world, &world.open_as(queueing), &[2]);
}

/// Fills the journal over a store that is down: nothing goes in any more that is as long as the shortest of these.
fn fill(life: &Life, pad: usize) {
    life.script.go_down();
    for length in [10_000, 1000, 100, pad, 10, 0] {
        for count in 0.. {
            let op = life.cache.put(format!("{length:030} {count}"), vec![0; length]);
            let is_accepted = op.is_ready();
            // Who has gone is passed over.
            drop(op);
            if !is_accepted {
                life.clock.advance(SECOND);
                break;
            }
            if length == pad {
                break;
            }
        }
    }
}

#[test]
fn what_waits_behind_a_refused_one_waits_for_room_for_both_in_the_journal() {
    // In some of these there is room for the write alone.
    for pad in (11..75).step_by(8) {
        let world = World::new();
        let life = refused(&world);
        fill(&life, pad);
        let put = life.cache.put(key(), Vec::new());
        let waits = life.cache.stats().waits;
        for _ in 0..5 {
            life.clock.advance(SECOND);
        }
        assert!(life.cache.stats().waits - waits < 100, "it turns in a circle");
        assert!(!put.is_ready(), "the journal is full");
        life.script.come_back();
        for _ in 0..20 {
            life.clock.advance(SECOND);
        }
        answered(put).unwrap();
        assert_waits(&world, &life, b"");
    }
}

#[test]
fn a_write_that_found_the_journal_full_and_then_nothing_refused_before_it_is_sent() {
    let world = World::new();
    let life = refused(&world);
    fill(&life, 11);
    let newer = vec![7; 100];
    let put = life.cache.put(key(), newer.clone());
    assert!(!put.is_ready(), "the journal is full");
    life.cache.audit().unwrap();
    life.script.fail_writes(key(), 1000, WriteFault::Retry);
    for _ in 0..100 {
        if life.cache.quarantine().retry(&key()) {
            break;
        }
        life.clock.advance(SECOND);
    }
    assert_eq!(life.cache.quarantine().len(), 0);
    life.script.come_back();
    for _ in 0..10_000 {
        if put.is_ready() {
            break;
        }
        life.clock.advance(SECOND / 1000);
    }
    answered(put).unwrap();
    assert_eq!((life.get("a"), world.stored("a")), (Some(newer.clone()), None));
    assert_eq!(life.cache.stats().quarantine_bytes, 0);
    life.cache.audit().unwrap();
    // At once, before it is written anew.
    world.kill(life);
    let life = world.open_as(queueing);
    assert_eq!((life.cache.quarantine().len(), life.get("a")), (0, Some(newer.clone())));
    life.clock.advance(HOUR);
    assert_eq!(world.stored("a"), Some(newer));
}
