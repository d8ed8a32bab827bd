//! Both, or neither.

use forebay_journal::{Frame, Partner, encode_together};
use forebay_store::{Durability, ErrorKind};

use super::rig::World;
use crate::rig::answered;

#[test]
fn what_was_written_together_is_there_together() {
    let world = World::new(1);
    let life = world.open();
    let number = life.write("order 1", life.joint(&["a", "b", "c"], b"sent")).unwrap();
    assert_eq!(life.peek("a"), Some(b"sent".to_vec()), "it is visible when it is accepted");
    life.ledger.wait(number, Durability::Journaled).unwrap();
    world.kill(life);
    let life = world.open();
    assert_eq!(life.noted, ["order 1"]);
    for key in ["a", "b", "c"] {
        assert_eq!(life.peek(key), Some(b"sent".to_vec()));
    }
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.store.get(&"c".to_owned()), Some(b"sent".to_vec()));
}

#[test]
fn before_it_is_appended_and_after_it_was_dropped_nothing_is_there() {
    let world = World::new(1);
    let life = world.open();
    let mut joint = life.joint(&["a", "b"], b"sent");
    let frame = life.frame("order 1", &mut joint);
    assert_eq!((life.peek("a"), life.cache.dirty_count()), (None, 0));
    drop((frame, joint));
    world.kill(life);
    let life = world.open();
    assert_eq!((life.noted.len(), life.cache.dirty_count()), (0, 0));
}

#[test]
fn of_two_writes_of_a_key_the_last_one_counts() {
    let world = World::new(1);
    let life = world.open();
    let mut joint = life.joint(&["a", "b"], b"1");
    joint.put("a".to_owned(), b"2".to_vec()).unwrap();
    joint.delete("b".to_owned()).unwrap();
    assert_eq!(joint.len(), 2);
    life.write("order", joint).unwrap();
    assert_eq!(life.peek("a"), Some(b"2".to_vec()));
    let number = life.ledger.position().appended;
    life.ledger.wait(number, Durability::Synced).unwrap();
    world.kill(life);
    let life = world.open();
    assert_eq!(life.peek("a"), Some(b"2".to_vec()));
    assert_eq!(answered(life.cache.get(&"b".to_owned())).unwrap(), None, "it is deleted");
}

#[test]
fn later_writes_of_the_keys_win_and_so_do_those_of_a_joint_over_earlier_ones() {
    let world = World::new(1);
    let life = world.open();
    for key in ["a", "b"] {
        answered(life.cache.put(key.to_owned(), b"before".to_vec())).unwrap();
        // Once more: from now on its entry alone takes an overwrite.
        answered(life.cache.put(key.to_owned(), b"before".to_vec())).unwrap();
    }
    life.write("order", life.joint(&["a", "b", "c"], b"joint")).unwrap();
    answered(life.cache.put("b".to_owned(), b"after".to_vec())).unwrap();
    let number = life.ledger.position().appended;
    life.ledger.wait(number, Durability::Synced).unwrap();
    let expected = [("a", &b"joint"[..]), ("b", b"after"), ("c", b"joint")];
    for life in [life, {
        world.disk.kill();
        world.open()
    }] {
        for (key, value) in expected {
            assert_eq!(life.peek(key).as_deref(), Some(value), "{key}");
        }
    }
}

#[test]
fn many_writes_of_one_shard_have_versions_of_their_own() {
    let world = World::new(1);
    let life =
        world.open_as(forebay_cache::Settings::default(), |builder| builder.shards(1)).unwrap();
    let keys: Vec<_> = (0..50).map(|number| format!("key {number}")).collect();
    let keys: Vec<_> = keys.iter().map(String::as_str).collect();
    for round in 0..3_u8 {
        life.write("order", life.joint(&keys, &[round])).unwrap();
    }
    let number = life.ledger.position().appended;
    life.ledger.wait(number, Durability::Synced).unwrap();
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    assert!(keys.iter().all(|key| world.store.get(&(*key).to_owned()) == Some(vec![2])));
    life.clock.advance(crate::rig::SECOND);
    world.kill(life);
    assert_eq!(world.open().cache.dirty_count(), 0, "each was settled by its own id");
}

#[test]
fn its_receipts_tell_when_it_is_stored() {
    let world = World::new(1);
    let life = world.open();
    let mut joint = life.joint(&["a", "b"], b"sent");
    let mut frame = life.frame("order", &mut joint);
    life.append(&mut frame, &mut joint).unwrap();
    let stored: Vec<_> = joint.receipts().iter().map(forebay_cache::Receipt::stored).collect();
    assert_eq!(stored.len(), 2);
    assert!(stored.iter().all(|op| !op.is_ready()));
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    for op in stored {
        answered(op).unwrap();
    }
}

#[test]
fn it_is_written_once_and_only_into_the_frame_that_it_is_in() {
    let world = World::new(1);
    let life = world.open();
    let mut joint = life.joint(&["a"], b"1");
    let error = joint.enter(&mut Frame::new(), &mut |_| Ok(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "it was not encoded");
    let mut frame = life.frame("order", &mut joint);
    life.append(&mut frame, &mut joint).unwrap();
    assert_eq!(life.append(&mut frame, &mut joint).unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(joint.put("b".into(), vec![]).unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn a_cache_without_a_shared_journal_writes_nothing_together() {
    let world = World::new(1);
    let life = world.open();
    let alone = crate::rig::Rig::<&str>::behind();
    assert_eq!(alone.cache.joint().map(|_| ()).unwrap_err().kind(), ErrorKind::Unsupported);
    let other = World::new(2).open();
    let mut joint = other.joint(&["a"], b"1");
    let error = encode_together(&life.ledger, &mut Frame::new(), &mut [&mut joint]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}
