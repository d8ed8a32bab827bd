//! Many writes at once in the journal: how often it is written and synced, and what is there after a crash.

use forebay_cache::{Settings, Write};
use forebay_store::fault::Script;
use forebay_store::{Durability, ErrorKind};

use super::world::{World, break_disk, large_refusing};
use crate::rig::{HOUR, SECOND, answered};

fn pairs(count: usize) -> impl Iterator<Item = (String, Vec<u8>)> {
    (0..count).map(|n| (format!("key {n}"), vec![0; n]))
}

#[test]
fn many_puts_are_all_there_after_a_kill_or_a_power_cut() {
    for rung in [Durability::Journaled, Durability::Synced] {
        let world = World::new();
        let life = world.open_with_store_down();
        let answers = life.cache.put_many_with(pairs(100), Write::Behind(rung)).wait().unwrap();
        assert!(answers.iter().all(|answer| answer.as_ref().unwrap().rung() == rung));
        if rung == Durability::Synced {
            world.cut_power(life);
        } else {
            world.kill(life);
        }
        let life = world.open_with_store_down();
        for (key, value) in pairs(100) {
            assert_eq!(life.peek(&key), Some(value), "{rung}");
        }
        assert_eq!(life.cache.dirty_count(), 100);
    }
}

#[test]
fn many_puts_take_a_frame_for_32_of_a_shard_and_one_sync() {
    const HEADER: u64 = 40;
    let world = World::new();
    let life = world.open_with_store_down();
    let memory = Write::Behind(Durability::Memory);
    let lost = || life.cache.loss_bound().power_cut;
    for (key, value) in pairs(100) {
        answered(life.cache.put_with(key, value, memory)).unwrap();
    }
    let each = lost();
    answered(life.cache.put_many_with(pairs(100), memory)).unwrap().all().unwrap();
    let many = lost();
    assert_eq!((each.records, many.records), (100, 200));
    // The same records; two shards have at most five frames of 32.
    assert!(each.bytes * 2 - many.bytes >= 95 * HEADER, "{each:?}, {many:?}");
    let before = world.disk.counts().syncs;
    life.cache
        .put_many_with(pairs(100), Write::Behind(Durability::Synced))
        .wait()
        .unwrap()
        .all()
        .unwrap();
    assert_eq!(world.disk.counts().syncs - before, 1);
}

#[test]
fn of_many_puts_of_a_key_the_last_is_there_after_a_kill() {
    let world = World::new();
    let life = world.open_with_store_down();
    let values = [("a", 1), ("b", 2), ("a", 3)].map(|(key, n)| (key.to_owned(), vec![n]));
    let answers = life.cache.put_many(values).wait().unwrap();
    assert!(answers.iter().all(Result::is_ok));
    world.kill(life);
    let life = world.open_with_store_down();
    assert_eq!((life.peek("a"), life.peek("b")), (Some(vec![3]), Some(vec![2])));
}

#[test]
fn a_value_too_long_for_the_journal_goes_through_beside_the_others() {
    let world = World::new();
    let life = world.open();
    let mut values: Vec<_> = pairs(8).collect();
    values[3].1 = vec![7; 100 << 10];
    let answers = life.cache.put_many(values).wait().unwrap();
    for (n, answer) in answers.into_iter().enumerate() {
        let rung = if n == 3 { Durability::Stored } else { Durability::Journaled };
        assert_eq!(answer.unwrap().rung(), rung, "{n}");
    }
    assert_eq!(world.stored("key 3").map(|value| value.len()), Some(100 << 10));
}

#[test]
fn many_deletes_are_deletes_after_a_kill() {
    let world = World::new();
    let life = world.open();
    life.cache.put_many(pairs(50)).wait().unwrap().all().unwrap();
    answered(life.cache.flush()).unwrap();
    life.script.go_down();
    life.cache.delete_many(pairs(50).map(|(key, _)| key)).wait().unwrap().all().unwrap();
    world.kill(life);
    let life = world.open();
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.store.len(), 0);
}

#[test]
fn many_puts_overwrite_what_is_there_and_give_back_its_room() {
    let world = World::new();
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let life = world.open_as(|builder| builder.write_behind(settings));
    for round in 0..3 {
        let values = pairs(60).map(|(key, _)| (key, vec![round; 10]));
        assert!(life.cache.put_many(values).wait().unwrap().iter().all(Result::is_ok));
    }
    assert_eq!((life.cache.dirty_count(), life.peek("key 7")), (60, Some(vec![2; 10])));
    answered(life.cache.flush()).unwrap();
    assert_eq!((life.cache.stats().dirty_bytes, world.stored("key 7")), (0, Some(vec![2; 10])));
}

#[test]
fn many_puts_into_a_journal_that_fails_are_told_and_read() {
    let world = World::new();
    let life = world.open_with_store_down();
    break_disk(&world);
    let answers = life.cache.put_many_with(pairs(3), Write::Behind(Durability::Synced)).wait();
    for answer in answers.unwrap() {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unknown);
    }
}

#[test]
fn many_puts_without_room_wait_and_those_that_have_it_do_not() {
    let world = World::new();
    let settings = Settings { dirty_entries_max: 10, ..Settings::default() };
    let life = world.open_as(|builder| builder.write_behind(settings));
    life.script.go_down();
    for (key, value) in pairs(5) {
        answered(life.cache.put(key, value)).unwrap();
    }
    // Over five that are dirty, and five new ones; the rest waits for these to be stored.
    let op = life.cache.put_many(pairs(40)).try_take().expect_err("most have no room");
    assert_eq!((life.cache.dirty_count(), life.cache.stats().waiting_writers), (10, 30));
    life.script.come_back();
    for _ in 0..100 {
        life.clock.advance(SECOND);
    }
    assert!(op.wait().unwrap().iter().all(Result::is_ok));
    assert_eq!((world.store.len(), life.cache.stats().dirty_bytes), (40, 0));
    // Room was neither lost nor made.
    life.script.go_down();
    for (key, value) in pairs(10) {
        answered(life.cache.put(key, value)).unwrap();
    }
    assert!(!life.cache.put("one more".to_owned(), vec![]).is_ready());
}

#[test]
fn of_many_puts_into_a_full_journal_those_that_are_told_so_are_not_there_after_a_kill() {
    let world = World::new();
    let life = world.try_open(large_refusing, Script::go_down).unwrap();
    let (mut there, mut busy) = (Vec::new(), 0);
    for round in 0..20 {
        let keys = (0..20).map(|n| format!("{round} {n}"));
        let values = keys.clone().map(|key| (key, vec![0; 5000]));
        let answers = life.cache.put_many(values).wait().unwrap();
        for (key, answer) in keys.zip(answers) {
            match answer {
                Ok(_) => there.push(key),
                Err(error) => {
                    assert_eq!((error.kind(), life.peek(&key)), (ErrorKind::Busy, None));
                    busy += 1;
                }
            }
        }
    }
    assert!(busy > 100 && there.len() > 100, "{busy} {}", there.len());
    assert_eq!(life.cache.dirty_count(), there.len());
    world.kill(life);
    let life = world.open_with_store_down();
    assert_eq!(life.cache.dirty_count(), there.len());
    assert!(there.iter().all(|key| life.peek(key).is_some()));
}
