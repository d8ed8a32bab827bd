//! Room among the dirty, and in the journal.

use forebay_cache::{ByteSize, Settings, WhenFull};
use forebay_journal::Partner;
use forebay_store::{Durability, ErrorKind, Op};

use super::rig::{Building, Life, World};
use crate::rig::{SECOND, answered};

fn three() -> Settings {
    Settings { dirty_entries_max: 3, ..Settings::default() }
}

fn same(builder: Building) -> Building {
    builder
}

fn used(life: &Life) -> (u64, usize) {
    (life.cache.stats().dirty_bytes, life.cache.dirty_count())
}

#[test]
fn it_waits_for_room_as_a_whole_and_is_written_then() {
    let world = World::new(1);
    let life = world.open_as(three(), same).unwrap();
    for key in ["x", "y"] {
        answered(life.cache.put(key.to_owned(), vec![1])).unwrap();
    }
    let mut joint = life.joint(&["a", "b"], b"1");
    let mut frame = life.frame("order", &mut joint);
    let before = (used(&life), life.ledger.position().appended);
    assert_eq!(life.append(&mut frame, &mut joint).unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!((used(&life), life.ledger.position().appended), before);
    // What it does not hold is there for others while it has not asked.
    answered(life.cache.put("z".to_owned(), vec![1])).unwrap();
    let room = joint.room();
    assert!(!room.is_ready());
    life.script.come_back();
    life.clock.advance(SECOND * 60);
    answered(room).unwrap();
    life.append(&mut frame, &mut joint).unwrap();
    assert_eq!(life.peek("a"), Some(b"1".to_vec()));
    drop(joint);
    answered(life.cache.flush()).unwrap();
    assert_eq!(used(&life), (0, 0), "nothing is held for ever");
}

#[test]
fn an_overwrite_of_what_is_dirty_needs_no_room_though_it_is_asked_for_as_if_it_did() {
    let world = World::new(1);
    let life = world.open_as(three(), same).unwrap();
    for key in ["a", "b", "c"] {
        answered(life.cache.put(key.to_owned(), vec![1])).unwrap();
    }
    life.write("order", life.joint(&["a", "b", "c"], b"2")).unwrap();
    assert_eq!(used(&life).1, 3);
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    assert_eq!(used(&life), (0, 0));
}

#[test]
fn more_than_there_can_ever_be_room_for_is_refused_at_once() {
    let world = World::new(1);
    let life = world.open_as(three(), same).unwrap();
    let mut joint = life.joint(&["a", "b", "c"], b"1");
    assert_eq!(joint.put("d".into(), vec![]).unwrap_err().kind(), ErrorKind::Refused);
    // Another value of a key that is in it is no more of them.
    joint.put("a".into(), vec![2]).unwrap();
    assert_eq!(joint.len(), 3);
    let heavy = |builder: Building| builder.weigher(|_, value| value.len());
    let life = World::new(2).open_as(Settings::default(), heavy).unwrap();
    let mut joint = life.joint(&["a"], b"1");
    let most = usize::try_from(ByteSize::mib(64).as_bytes()).unwrap();
    assert_eq!(joint.put("b".into(), vec![0; most]).unwrap_err().kind(), ErrorKind::Refused);
}

#[test]
fn a_value_that_the_journal_could_never_take_is_refused() {
    let world = World::new(1);
    let life = world.open();
    let mut joint = life.joint(&["a"], &vec![0; 63_000]);
    let encoded = joint.encode(&mut forebay_journal::Frame::new());
    assert_eq!(encoded.unwrap_err().kind(), ErrorKind::Refused);
}

#[test]
fn who_would_not_wait_is_told_so() {
    let world = World::new(1);
    let refusing = Settings { when_full: WhenFull::Refuse, ..three() };
    let life = world.open_as(refusing, same).unwrap();
    answered(life.cache.put("x".to_owned(), vec![1])).unwrap();
    let mut joint = life.joint(&["a", "b", "c"], b"1");
    let mut frame = life.frame("order", &mut joint);
    assert_eq!(life.append(&mut frame, &mut joint).unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(answered(joint.room()).unwrap_err().kind(), ErrorKind::Busy);
}

#[test]
fn room_that_comes_after_everybody_has_gone_is_given_back() {
    let world = World::new(1);
    let life = world.open_as(three(), same).unwrap();
    for key in ["x", "y", "z"] {
        answered(life.cache.put(key.to_owned(), vec![1])).unwrap();
    }
    for keeps_waiting in [false, true] {
        let mut joint = life.joint(&["a", "b", "c"], b"1");
        let mut frame = life.frame("order", &mut joint);
        assert!(life.append(&mut frame, &mut joint).is_err());
        let room = joint.room();
        drop(joint);
        if !keeps_waiting {
            drop(room);
        }
    }
    life.script.come_back();
    life.clock.advance(SECOND * 60);
    answered(life.cache.flush()).unwrap();
    assert_eq!(used(&life), (0, 0));
    let all: Vec<Op<_>> =
        ["1", "2", "3"].map(|key| life.cache.put(key.to_owned(), vec![1])).into_iter().collect();
    for op in all {
        answered(op).unwrap();
    }
}

#[test]
fn who_has_gone_while_he_waited_holds_up_nobody_who_needs_less() {
    let world = World::new(1);
    let life = world.open_as(three(), same).unwrap();
    for key in ["x", "y"] {
        answered(life.cache.put(key.to_owned(), vec![1])).unwrap();
    }
    let mut joint = life.joint(&["a", "b"], b"1");
    let mut frame = life.frame("order", &mut joint);
    assert!(life.append(&mut frame, &mut joint).is_err());
    let room = joint.room();
    let behind = life.cache.put("w".to_owned(), vec![1]);
    assert!(!behind.is_ready(), "he stands behind it");
    drop((room, joint));
    drop(behind);
    answered(life.cache.put("z".to_owned(), vec![1])).unwrap();
    assert_eq!(used(&life).1, 3);
    life.script.come_back();
    life.clock.advance(SECOND * 60);
    answered(life.cache.flush()).unwrap();
    assert_eq!((used(&life), life.peek("w")), ((0, 0), None));
}

#[test]
fn who_stands_behind_one_who_has_gone_goes_on_as_soon_as_anybody_comes() {
    let world = World::new(1);
    let life = world.open_as(three(), same).unwrap();
    for key in ["x", "y"] {
        answered(life.cache.put(key.to_owned(), vec![1])).unwrap();
    }
    let mut joint = life.joint(&["a", "b"], b"1");
    let mut frame = life.frame("order", &mut joint);
    assert!(life.append(&mut frame, &mut joint).is_err());
    let room = joint.room();
    let behind = life.cache.put("w".to_owned(), vec![1]);
    drop((room, joint));
    let last = life.cache.put("z".to_owned(), vec![1]);
    assert!(!last.is_ready());
    answered(behind).unwrap();
    assert_eq!(life.peek("w"), Some(vec![1]));
}

#[test]
fn who_has_gone_leaves_his_place_in_a_full_line() {
    let world = World::new(1);
    let short = Settings { waiting_writers_max: 2, ..three() };
    let life = world.open_as(short, same).unwrap();
    for key in ["x", "y", "z"] {
        answered(life.cache.put(key.to_owned(), vec![1])).unwrap();
    }
    let first = life.cache.put("a".to_owned(), vec![1]);
    let second = life.cache.put("b".to_owned(), vec![1]);
    let refused = life.cache.put("c".to_owned(), vec![1]);
    assert_eq!(answered(refused).unwrap_err().kind(), ErrorKind::Busy);
    drop(second);
    let third = life.cache.put("c".to_owned(), vec![1]);
    assert!(!third.is_ready(), "he has the place");
    life.script.come_back();
    life.clock.advance(SECOND * 60);
    answered(first).unwrap();
    answered(third).unwrap();
}

#[test]
fn in_a_full_journal_it_keeps_its_room_and_is_written_later() {
    let world = World::new(1);
    let life = world.open();
    let mut joint = life.joint(&["a", "b"], &vec![1; 20_000]);
    let mut frame = life.frame(&"o".repeat(5000), &mut joint);
    let mut filler = forebay_journal::Frame::new();
    let fill = |bytes: &mut Vec<u8>| {
        life.ledger.begin_record(bytes);
        bytes.resize(bytes.len() + 30_000, b'f');
        Ok(())
    };
    filler.push_with(fill).unwrap();
    let mut last = 0;
    while life.ledger.make_room(filler.length()).is_ok() {
        last = life.ledger.append(&filler).unwrap();
        life.ledger.wait(last, Durability::Synced).unwrap();
    }
    let before = life.ledger.position().appended;
    assert_eq!(life.append(&mut frame, &mut joint).unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!((life.peek("a"), life.ledger.position().appended), (None, before));
    assert!(life.ledger.make_room(frame.length()).is_err());
    answered(joint.room()).unwrap();
    // The ledger needs nothing of it any more.
    life.ledger.retire(last + 1).unwrap();
    life.ledger.make_room(frame.length()).unwrap();
    life.append(&mut frame, &mut joint).unwrap();
    assert_eq!(life.peek("b"), Some(vec![1; 20_000]));
    drop(joint);
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    assert_eq!(used(&life), (0, 0));
}

#[test]
fn a_lighter_value_in_the_place_of_a_dirty_one_gives_room_back() {
    let world = World::new(1);
    let heavy = |builder: Building| builder.weigher(|_, value| value.len());
    let life = world.open_as(Settings::default(), heavy).unwrap();
    answered(life.cache.put("a".to_owned(), vec![0; 1000])).unwrap();
    let before = used(&life).0;
    life.write("order", life.joint(&["a"], &[1; 100])).unwrap();
    assert_eq!(used(&life).0, before - 900);
    life.write("order", life.joint(&["a"], &[1; 300])).unwrap();
    assert_eq!(used(&life).0, before - 700);
}

#[test]
fn room_that_it_has_got_goes_when_it_yields_and_comes_back_when_it_asks_again() {
    let world = World::new(1);
    let life = world.open_as(three(), same).unwrap();
    for key in ["x", "y"] {
        answered(life.cache.put(key.to_owned(), vec![1])).unwrap();
    }
    let mut joint = life.joint(&["a", "b"], b"1");
    let mut frame = life.frame("order", &mut joint);
    assert!(life.append(&mut frame, &mut joint).is_err());
    let room = joint.room();
    life.script.come_back();
    life.clock.advance(SECOND * 60);
    answered(room).unwrap();
    assert!(used(&life).0 > 0, "it has it");
    joint.yield_room();
    joint.end();
    assert_eq!(used(&life), (0, 0));
    life.append(&mut frame, &mut joint).unwrap();
    assert_eq!(life.peek("b"), Some(b"1".to_vec()));
}

#[test]
fn joint_writes_count_towards_the_next_checkpoint_as_others_do() {
    let world = World::new(1);
    let life = world.open();
    let segments =
        || world.disk.files("journal").iter().filter(|name| name.contains(".seg")).count();
    for round in 0..100_u8 {
        let mut joint = life.joint(&["a"], &[round; 5000]);
        let mut frame = life.frame("order", &mut joint);
        life.ledger.make_room(frame.length()).unwrap();
        let number = life.append(&mut frame, &mut joint).unwrap();
        life.ledger.wait(number, Durability::Synced).unwrap();
        life.ledger.retire(number + 1).unwrap();
        assert!(segments() <= 5, "{} in round {round}", segments());
    }
}
