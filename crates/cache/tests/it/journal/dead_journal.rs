//! A journal that has failed: what the store has is not put at risk, and it is let go of (G1, G3, G11).

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Builder, Cache, Event, Mode, Receipt, Settings, Write};
use forebay_journal::JournalFailure;
use forebay_journal::disk::simulated::Remains;
use forebay_store::fault::Script;
use forebay_store::sync::Mutex;
use forebay_store::{Durability, ErrorKind, Op, Result};

use super::world::{World, break_disk};
use crate::rig::{HOUR, SECOND, answered};

#[test]
fn what_was_acknowledged_at_stored_is_not_overwritten_after_the_journal_died() {
    let world = World::new();
    let (cache, held, clock) = world.open_held();
    let receipt = answered(cache.put("a".into(), b"old".into())).unwrap();
    let _stored = receipt.stored();
    let flight = held.next_apply();
    break_disk(&world);
    clock.advance(SECOND); // the witness: the journal has failed, with everything synced
    assert_eq!(
        cache.put("b".into(), b"1".into()).wait().unwrap_err().kind(),
        ErrorKind::Unavailable,
        "the journal is dead"
    );
    flight.pass();
    assert_eq!(world.stored("a"), Some(b"old".to_vec()));

    let through = cache.put_with("a".into(), b"new".into(), Write::Through);
    if held.applies() == 0 {
        // Refused is fine: nothing was promised.
        answered(through).unwrap_err();
        return;
    }
    held.next_apply().pass();
    if answered(through).is_err() {
        return;
    }
    assert_eq!(world.stored("a"), Some(b"new".to_vec()));
    // The disk is well again, the process restarts.
    world.disk.heal();
    world.disk.power_cut_leaving(Remains::Nothing);
    drop(cache);
    let life = world.open();
    answered(life.cache.flush()).unwrap();
    assert_eq!(
        (life.get("a"), world.stored("a")),
        (Some(b"new".to_vec()), Some(b"new".to_vec())),
        "a write acknowledged at `Stored` was overwritten by an older one"
    );
}

#[test]
fn a_write_through_over_quarantine_is_not_acknowledged_without_its_mark() {
    let world = World::new();
    let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
    let life = world.try_open(build, |script: &Script<String>| script.refuse("a".into())).unwrap();
    life.put("a", b"refused");
    life.clock.advance(SECOND);
    // Something that is synced and whose witness cannot be written.
    let write = Write::Behind(Durability::Synced);
    life.cache.put_with("b".into(), b"1".into(), write).wait().unwrap();
    answered(life.cache.flush()).unwrap_err();
    let write = Write::Behind(Durability::Synced);
    life.cache.put_with("b".into(), b"2".into(), write).wait().unwrap();
    break_disk(&world);
    life.clock.advance(Duration::from_millis(100));
    life.script.accept(&"a".to_owned());
    let through = life.cache.put_with("a".into(), b"newer".into(), Write::Through);
    let is_acknowledged = answered(through).is_ok();
    world.disk.heal();
    world.disk.power_cut_leaving(Remains::Nothing);
    drop(life);
    let life = world.open();
    if is_acknowledged {
        assert_eq!(life.get("a"), Some(b"newer".to_vec()));
    }
}

#[test]
fn a_close_after_the_journal_died_ends_with_the_last_answer_of_the_store() {
    type Begin = fn(&Cache<String, Vec<u8>>) -> Op<Receipt>;
    let through: Begin = |cache| cache.put_with("a".into(), b"2".into(), Write::Through);
    let behind: Begin = |cache| {
        answered(cache.put("a".into(), b"1".into())).unwrap();
        cache.put_with("a".into(), b"2".into(), Write::Through)
    };
    let each: Begin = |cache| {
        answered(cache.put("a".into(), b"1".into())).unwrap();
        cache.put_with("a".into(), b"2".into(), Write::Uncoalesced(Durability::Memory))
    };
    for (way, begin) in [through, behind, each].into_iter().enumerate() {
        let world = World::new();
        let (cache, held, clock) = world.open_held();
        let op = begin(&cache);
        let flight = held.next_apply();
        answered(cache.put("b".into(), b"1".into())).unwrap();
        break_disk(&world);
        clock.advance(SECOND);
        let close = cache.close(HOUR);
        assert!(!close.is_ready(), "way {way}: the store may answer yet");
        flight.pass();
        let report = answered(close).unwrap();
        assert_eq!((report.unanswered, report.left), (0, 1), "way {way}: {report}");
        assert!(report.journal_failed && op.is_ready(), "way {way}: {report}");
    }
}

#[test]
fn a_cache_that_was_dropped_with_a_dead_journal_lets_go_of_it() {
    let world = World::new();
    let life = world.open();
    life.put("a", b"1");
    break_disk(&world);
    life.clock.advance(SECOND);
    let clock = Arc::clone(&life.clock);
    drop(life);
    world.disk.heal();
    for _ in 0..48 {
        clock.advance(HOUR);
    }
    let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
    let opened = world.try_open(build, |_| {}).map(|_| ());
    assert!(opened.is_ok(), "two days later: {}", opened.unwrap_err());
}

#[test]
fn who_waits_for_the_store_is_told_that_the_journal_died_and_keeps_nothing_alive() {
    let world = World::new();
    let life = world.open_as(|builder| builder.write_behind(Settings::default()).uncoalesced());
    let first = answered(life.cache.put("a".into(), b"1".into())).unwrap();
    break_disk(&world);
    let stored = first.stored();
    // Its turn comes, and what it waits for is never stored.
    let second = life.cache.put("a".into(), b"2".into());
    let third = life.cache.put("a".into(), b"3".into());
    life.clock.advance(SECOND);
    assert_eq!(answered(stored).unwrap_err().kind(), ErrorKind::Unknown, "it was accepted");
    for refused in [second, third, life.cache.put("a".into(), b"4".into())] {
        let error = answered(refused).unwrap_err();
        assert_eq!(
            (error.kind(), JournalFailure::is_behind(&error)),
            (ErrorKind::Unavailable, true)
        );
    }
    assert_eq!(life.peek("a"), Some(b"1".to_vec()));
    drop(life);
    world.disk.heal();
    let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
    let opened = world.try_open(build, |_| {}).map(|_| ());
    assert!(opened.is_ok(), "{}", opened.unwrap_err());
}

#[test]
fn who_listens_is_told_once_that_the_journal_failed() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&told);
    let world = World::new();
    let life = world.open_as(|builder| {
        let settings = Settings::default();
        builder.write_behind(settings).listen(move |event| hears.lock().push(event.clone()))
    });
    life.put("a", b"1");
    answered(life.cache.flush()).unwrap();
    let has_failed = || life.cache.stats().journal.unwrap().has_failed;
    assert_eq!((has_failed(), told.lock().len()), (false, 0));
    break_disk(&world);
    let _maybe = life.cache.put("b".into(), b"1".into());
    life.clock.advance(SECOND);
    life.cache.put("c".into(), b"1".into()).wait().unwrap_err();
    life.clock.advance(HOUR);
    assert!(has_failed());
    let mode = Event::ModeChanged { from: Mode::Healthy, to: Mode::JournalFailed };
    let told = told.lock();
    assert_eq!(told.iter().filter(|event| **event == Event::JournalFailed).count(), 1);
    assert_eq!(told.iter().filter(|event| **event == mode).count(), 1);
    assert_eq!(told.len(), 2);
}

#[test]
fn whoever_finds_that_the_journal_failed_tells_it() {
    type Way = fn(&Cache<String, Vec<u8>>) -> Result<()>;
    let update: Way = |cache| cache.update(&"a".into(), |value| value.push(1)).wait().map(drop);
    let group: Way = |cache| {
        let mut group = cache.group();
        group.put("a".into(), b"2".to_vec());
        group.commit(Durability::Journaled).wait().map(drop)
    };
    for way in [update, group] {
        let told = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&told);
        let world = World::new();
        let life = world.open_as(|builder| {
            let settings = Settings { flush_delay: HOUR, ..Settings::default() };
            builder.write_behind(settings).listen(move |event| hears.lock().push(event.clone()))
        });
        life.put("a", b"1");
        break_disk(&world);
        let _maybe = life.cache.put("b".into(), b"1".into());
        life.clock.advance(SECOND);
        assert_eq!(*told.lock(), []);
        way(&life.cache).unwrap_err();
        assert!(told.lock().contains(&Event::JournalFailed));
    }
}
