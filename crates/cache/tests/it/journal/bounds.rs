//! The journal stays in its bounds, and what happens at them (G7).

use forebay_cache::{Builder, ByteSize, Settings, WhenFull};
use forebay_store::fault::{Script, WriteFault};
use forebay_store::{Durability, ErrorKind};

use super::world::{World, segments};
use crate::rig::{SECOND, answered};

#[test]
fn one_stuck_key_does_not_hold_the_journal() {
    let world = World::new();
    let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
    let stuck = |script: &Script<String>| {
        script.fail_writes("stuck".to_owned(), 1 << 20, WriteFault::Retry);
    };
    let life = world.try_open(build, stuck).unwrap();
    life.put("stuck", b"1");
    for round in 0..2000_u32 {
        life.put("other", &[0; 1000]);
        if round % 10 == 0 {
            life.clock.advance(SECOND);
        }
    }
    assert!(segments(&world) <= 6, "{} segments are there", segments(&world));
    world.kill(life);
    assert_eq!(world.open_with_store_down().get("stuck"), Some(b"1".to_vec()));
}

#[test]
fn a_store_that_is_down_fills_the_journal_and_no_more_than_it() {
    let world = World::new();
    let build = |builder: Builder<_, _>| {
        builder
            .capacity(ByteSize::mib(64))
            .write_behind(Settings { when_full: WhenFull::Refuse, ..Settings::default() })
    };
    let life = world.try_open(build, Script::go_down).unwrap();
    let mut accepted = 0;
    let refusal = loop {
        let put = life.cache.put(format!("key {accepted}"), vec![0; 10_000]);
        match answered(put) {
            Ok(_) => accepted += 1,
            Err(error) => break error,
        }
        assert!(accepted < 1000, "the journal takes at most a mebibyte");
    };
    assert_eq!(refusal.kind(), ErrorKind::Busy);
    assert!(refusal.retry_after().is_some());
    world.kill(life);

    // The next owner has it all, stores it, and has room again.
    let life = world.open_with_store_down();
    assert_eq!(life.cache.dirty_count(), accepted);
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.store.len(), accepted);
    for round in 0..500 {
        answered(life.cache.put(format!("more {round}"), vec![0; 10_000])).unwrap();
        answered(life.cache.flush()).unwrap();
    }
    assert!(segments(&world) <= 16);
}

#[test]
fn who_has_gone_leaves_his_place_in_a_full_line_to_another() {
    let world = World::new();
    let settings = Settings { waiting_writers_max: 1, ..Settings::default() };
    let build = |builder: Builder<_, _>| builder.capacity(ByteSize::mib(64)).write_behind(settings);
    let life = world.try_open(build, Script::go_down).unwrap();
    let mut ops = Vec::new();
    while ops.last().is_none_or(forebay_store::Op::is_ready) {
        ops.push(life.cache.put(format!("key {}", ops.len()), vec![0; 10_000]));
        assert!(ops.len() < 1000, "the journal takes at most a mebibyte");
    }
    let refused = life.cache.put("refused".to_owned(), vec![0; 10_000]);
    assert_eq!(answered(refused).unwrap_err().kind(), ErrorKind::Busy);
    ops.pop();
    life.clock.advance(SECOND);
    assert!(!life.cache.put("waits".to_owned(), vec![0; 10_000]).is_ready());
    world.kill(life);
}

#[test]
fn a_writer_waits_for_room_in_the_journal_and_gets_it_when_the_store_is_back() {
    let world = World::new();
    let build = |builder: Builder<_, _>| {
        builder.capacity(ByteSize::mib(64)).write_behind(Settings::default())
    };
    let life = world.try_open(build, Script::go_down).unwrap();
    let mut ops = Vec::new();
    while ops.last().is_none_or(forebay_store::Op::is_ready) {
        ops.push(life.cache.put(format!("key {}", ops.len()), vec![0; 10_000]));
        assert!(ops.len() < 1000, "the journal takes at most a mebibyte");
    }
    life.script.come_back();
    for _ in 0..100 {
        life.clock.advance(SECOND);
    }
    let count = ops.len();
    for op in ops {
        answered(op).unwrap();
    }
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.store.len(), count);
}

#[test]
fn a_value_too_long_for_the_journal_is_written_through() {
    let world = World::new();
    let life = world.open();
    let receipt = answered(life.cache.put("long".into(), vec![0; 100_000])).unwrap();
    assert_eq!(receipt.rung(), Durability::Stored);
    assert!(world.stored("long").is_some());
}

#[test]
fn hot_overwrites_do_not_make_the_journal_grow() {
    let world = World::new();
    let life = world.open_with_store_down();
    for round in 0..5000_u32 {
        life.put("hot", &[u8::try_from(round % 251).unwrap(); 1000]);
    }
    assert!(segments(&world) <= 6, "{} segments are there", segments(&world));
    world.kill(life);
    let last = u8::try_from(4999 % 251).unwrap();
    assert_eq!(world.open_with_store_down().get("hot"), Some(vec![last; 1000]));
}

#[test]
fn a_value_too_long_for_any_journal_is_written_through() {
    let mut world = World::new();
    world.journal.segment_bytes = 64 << 20;
    world.journal.bytes_max = 4 << 30;
    let life = world.open();
    let put = life.cache.put("long".into(), vec![0; 17 << 20]);
    assert_eq!(answered(put).unwrap().rung(), Durability::Stored);
}
