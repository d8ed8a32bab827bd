//! A full journal: nobody is stuck behind what can be stored or let go of (G7, G8).

use std::sync::Arc;

use forebay_cache::{Builder, ByteSize, Event, Mode, Settings, Write};
use forebay_journal::disk::simulated::{Call, Fault};
use forebay_store::fault::{Script, WriteFault};
use forebay_store::sync::Mutex;
use forebay_store::{Durability, ErrorKind, Op};

use super::world::{Life, World, large, large_refusing, segments};
use crate::rig::{HOUR, SECOND, answered};

/// As `large`, with writes that may rest for an hour.
fn resting(builder: Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>> {
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    builder.capacity(ByteSize::mib(64)).write_behind(settings)
}

#[test]
fn a_journal_that_fills_has_the_oldest_stored_however_long_they_may_rest() {
    const KEYS: usize = 400;
    let world = World::new();
    let life = world.open_as(resting);
    let stored = || (0..KEYS).map(|key| world.stored(&format!("key {key}")).is_some());
    for key in 0..KEYS {
        life.put(&format!("key {key}"), &[0; 10_000]);
        life.clock.advance(SECOND * 5);
        let has_room = (key + 1) * 10_000 < 600_000;
        assert!(!has_room || stored().all(|is| !is), "nothing goes while there is room");
    }
    let first = stored().take_while(|is| *is).count();
    assert_eq!(stored().filter(|is| *is).count(), first, "the oldest go first");
    assert_eq!(life.cache.dirty_count(), KEYS - first);
    assert!(first < KEYS - 10, "{first} are stored: what was written last may rest");
}

#[test]
fn who_waits_for_a_full_journal_waits_for_the_store_and_not_until_writes_have_rested() {
    let world = World::new();
    let life = world.try_open(resting, Script::go_down).unwrap();
    let mut ops = Vec::new();
    while ops.last().is_none_or(Op::is_ready) {
        ops.push(life.cache.put(format!("key {}", ops.len()), vec![0; 10_000]));
    }
    life.script.come_back();
    (0..10).for_each(|_| life.clock.advance(SECOND));
    answered(ops.pop().unwrap()).unwrap();
}

#[test]
fn small_writes_with_a_sync_each_do_not_fill_the_journal_before_it_is_looked_at() {
    type Put = fn(&Life, String) -> Op<()>;
    let put: Put = |life, key| {
        let write = Write::Behind(Durability::Synced);
        life.cache.put_with(key, vec![0; 10], write).map(|put| put.map(drop))
    };
    let synced: Put = |life, key| {
        let put = answered(life.cache.put(key, vec![0; 10])).unwrap();
        put.synced()
    };
    let sync: Put = |life, key| {
        life.put(&key, &[0; 10]);
        life.cache.sync()
    };
    let many: Put = |life, key| {
        let write = Write::Behind(Durability::Synced);
        life.cache.put_many_with([(key, vec![0; 10])], write).map(|put| put.map(drop))
    };
    for (n, synced) in [put, synced, sync, many].into_iter().enumerate() {
        let world = World::new();
        let life = world.open_as(resting);
        for key in 0..600 {
            let op = synced(&life, format!("key {key}"));
            life.clock.advance(SECOND);
            answered(op).unwrap();
            let segments = segments(&world);
            assert!(
                segments < 14,
                "way {n}: {segments} segments, each of blocks that hold ten bytes"
            );
        }
    }
}

#[test]
fn a_refusing_cache_over_a_healthy_store_does_not_fill_its_journal_for_good() {
    let world = World::new();
    let life = world.try_open(large_refusing, |_| {}).unwrap();
    let mut refused = 0;
    for round in 0..2000_u32 {
        match answered(life.cache.put(format!("key {round}"), vec![0; 50])) {
            Ok(_) => refused = 0,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Busy);
                refused += 1;
            }
        }
        answered(life.cache.flush()).unwrap();
        assert_eq!(life.cache.dirty_count(), 0);
        life.clock.advance(SECOND);
        assert!(refused < 100, "refused for 100 s in round {round}, and nothing is unstored");
    }
}

#[test]
fn a_refusing_cache_has_room_again_when_the_store_is_back() {
    let world = World::new();
    let life = world.try_open(large_refusing, Script::go_down).unwrap();
    let mut accepted = 0;
    while answered(life.cache.put(format!("key {accepted}"), vec![0; 10_000])).is_ok() {
        accepted += 1;
    }
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    for _ in 0..1000 {
        life.clock.advance(SECOND);
        if answered(life.cache.put("more".into(), vec![0; 10])).is_ok() {
            return;
        }
    }
    panic!("everything is stored, and for 1000 s no write was taken");
}

#[test]
fn small_writes_over_a_healthy_store_keep_the_journal_short() {
    let world = World::new();
    let life = world.open();
    let mut most = 0;
    for round in 0..1000_u32 {
        life.put(&format!("key {round}"), &[0; 50]);
        answered(life.cache.flush()).unwrap();
        life.clock.advance(SECOND);
        most = most.max(segments(&world));
    }
    assert!(most <= 8, "{most} segments, all that there may be, with nothing unstored");
}

#[test]
fn a_disk_that_fails_for_a_moment_does_not_stop_writers_for_good() {
    let world = World::new();
    let life = world.try_open(large, Script::go_down).unwrap();
    let mut ops = Vec::new();
    while ops.last().is_none_or(Op::is_ready) {
        ops.push(life.cache.put(format!("key {}", ops.len()), vec![0; 10_000]));
    }
    // The checkpoint fails: it cannot rename what it retires, nor make another segment.
    world.disk.fail_from(Call::Rename, 1, Fault::Error);
    world.disk.fail_from(Call::Remove, 1, Fault::Error);
    life.script.come_back();
    for _ in 0..20 {
        life.clock.advance(SECOND);
    }
    world.disk.heal();
    // The journal is alive, the store and the disk are well.
    let last = life.cache.put("later".into(), vec![0; 10_000]);
    for _ in 0..1000 {
        life.clock.advance(SECOND);
        drop(life.cache.flush());
    }
    assert_eq!(life.cache.dirty_count(), 0);
    answered(last).unwrap();
}

#[test]
fn many_small_stuck_keys_do_not_hold_a_journal_full_of_what_is_stored() {
    let world = World::new();
    let life = world.try_open(large, Script::go_down).unwrap();
    for big in 0..11 {
        life.put(&format!("big {big}"), &vec![0; 53_000]);
    }
    // Small ones, each in a block of its own.
    let (mut small, mut waiting) = (0, None);
    while waiting.is_none() && small < 1000 {
        let key = format!("small {small}");
        life.script.fail_writes(key.clone(), 10_000, WriteFault::Retry);
        let (done, op) = Op::pending();
        life.cache.put_with(key, vec![0; 10], Write::Behind(Durability::Synced)).forward(done);
        small += 1;
        match op.try_take() {
            Ok(put) => _ = put.unwrap(),
            Err(op) => waiting = Some(op),
        }
        // What a first checkpoint may win is won.
        if waiting.is_some() {
            life.clock.advance(SECOND);
            if waiting.as_ref().unwrap().is_ready() {
                waiting = None;
            }
        }
    }
    life.script.come_back();
    for _ in 0..600 {
        life.clock.advance(SECOND);
    }
    assert!(world.stored("big 10").is_some(), "what fills the journal is stored");
    let dirty = life.cache.dirty_count();
    assert!(
        waiting.is_none_or(|op| op.is_ready()),
        "a writer waits for a journal with {dirty} unstored small values"
    );
}

#[test]
fn timers_do_not_multiply_while_writers_wait_for_the_journal() {
    let world = World::new();
    let life = world.try_open(large, Script::go_down).unwrap();
    let mut ops = Vec::new();
    let mut waiting = 0;
    while waiting < 100 {
        let op = life.cache.put(format!("key {}", ops.len()), vec![0; 10_000]);
        waiting += usize::from(!op.is_ready());
        ops.push(op);
    }
    life.clock.advance(SECOND);
    // Their operations are dropped; nobody waits any more.
    drop(ops);
    life.clock.advance(SECOND);
    let timers = life.clock.timers();
    assert!(timers < 20, "{timers} timers, each again after 50 ms, for one line");
}

#[test]
fn a_write_through_is_not_refused_because_the_journal_has_much_unsynced() {
    for fill in (0..1200).step_by(20) {
        let mut world = World::new();
        world.journal.buffer_max = 10_000;
        let (cache, held, _clock) = world.open_held();
        let stored = answered(cache.put("a".into(), b"1".into())).unwrap().stored();
        let flight = held.next_apply();
        let write = Write::Behind(Durability::Memory);
        for key in 0..8 {
            let put = cache.put_with(format!("key {key}"), vec![0; 1_040], write);
            answered(put).unwrap();
        }
        let put = cache.put_with("fill".into(), vec![0; fill], write);
        answered(put).unwrap();
        flight.pass();
        answered(stored).unwrap();
        let through = cache.put_with("c".into(), b"1".into(), Write::Through);
        match through.try_take() {
            Ok(refused) => panic!("with {fill}: {:?}", refused.unwrap_err()),
            Err(_) => held.next_apply().pass(),
        }
    }
}

#[test]
fn a_journal_that_fills_shows_without_anybody_asking() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&told);
    let world = World::new();
    let life = world
        .open_as(|builder| large(builder).listen(move |event| hears.lock().push(event.clone())));
    for key in 0..75 {
        life.put(&format!("key {key}"), &[0; 8 << 10]);
    }
    assert_eq!(*told.lock(), []);
    for key in 75..110 {
        life.put(&format!("key {key}"), &[0; 8 << 10]);
    }
    let filling = Event::ModeChanged { from: Mode::Healthy, to: Mode::JournalFilling };
    assert_eq!(told.lock().first(), Some(&filling));
}
