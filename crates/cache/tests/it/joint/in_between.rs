//! What comes between the beginning of a joint write and its end.

use std::time::Duration;

use forebay_cache::{Change, Mode, Settings, Write};
use forebay_journal::{Frame, append_together, encode_together};
use forebay_store::fault::WriteFault;
use forebay_store::{Durability, ErrorKind, WallTime};

use super::rig::World;
use crate::rig::{SECOND, answered};

#[test]
fn after_a_close_nothing_happens_to_anybody() {
    let world = World::new(1);
    let life = world.open();
    // What cannot be stored keeps the cache's channel open.
    answered(life.cache.put("x".to_owned(), b"1".to_vec())).unwrap();
    let mut joint = life.joint(&["a", "b", "c"], b"1");
    let mut frame = life.frame("order", &mut joint);
    let closing = life.cache.close(SECOND);
    let before = life.ledger.position().appended;
    let error = life.append(&mut frame, &mut joint).unwrap_err();
    assert_eq!((error.kind(), life.ledger.position().appended), (ErrorKind::Closed, before));
    drop(joint);
    life.clock.advance(SECOND);
    assert_eq!(answered(closing).unwrap().left, 1);
    assert_eq!(life.cache.dirty_count(), 1);
}

#[test]
fn what_was_accepted_before_a_close_is_stored_by_it() {
    let world = World::new(1);
    let life = world.open();
    life.script.come_back();
    life.write("order", life.joint(&["a", "b", "c"], b"1")).unwrap();
    let closing = life.cache.close(SECOND);
    life.clock.advance(SECOND);
    assert_eq!(answered(closing).unwrap().stored, 3);
    assert_eq!(world.store.get(&"b".to_owned()), Some(b"1".to_vec()));
}

#[test]
fn if_the_journal_does_not_take_it_the_keys_are_as_they_were() {
    let world = World::new(1);
    let life = world.open();
    answered(life.cache.put("a".to_owned(), b"before".to_vec())).unwrap();
    let used = life.cache.stats();
    let mut joint = life.joint(&["a", "b", "c"], b"1");
    let mut frame = life.frame("order", &mut joint);
    let refused = forebay_journal::Partner::enter(&mut joint, &mut frame, &mut |_| {
        Err(forebay_store::Error::busy("no", Duration::from_millis(1)))
    });
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Busy);
    drop(joint);
    assert_eq!((life.peek("a"), life.peek("b")), (Some(b"before".to_vec()), None));
    assert_eq!(life.cache.dirty_count(), 1);
    assert_eq!(life.cache.stats().entries, used.entries, "what was made for it is gone");
    // The key takes writes as before.
    answered(life.cache.put("a".to_owned(), b"after".to_vec())).unwrap();
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.store.get(&"a".to_owned()), Some(b"after".to_vec()));
}

#[test]
fn it_ends_the_quarantine_of_a_key_as_any_newer_write_does() {
    let world = World::new(1);
    let life = world.open();
    life.script.come_back();
    life.script.fail_writes("a".to_owned(), 1, WriteFault::Refused);
    answered(life.cache.put("a".to_owned(), b"bad".to_vec())).unwrap();
    drop(life.cache.flush());
    assert_eq!(life.cache.quarantined().len(), 1);
    life.write("order", life.joint(&["a", "b"], b"good")).unwrap();
    assert_eq!(life.cache.quarantined().len(), 0);
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.store.get(&"a".to_owned()), Some(b"good".to_vec()));
}

#[test]
fn it_comes_after_a_write_through_that_is_under_way() {
    let world = World::new(1);
    let (ledger, cache, held) = world.open_held();
    let through = cache.put_with("a".to_owned(), b"through".to_vec(), Write::Through);
    assert_eq!((through.is_ready(), held.applies()), (false, 1));
    let mut joint = cache.joint().unwrap();
    joint.put("a".to_owned(), b"joint".to_vec()).unwrap();
    joint.put("b".to_owned(), b"joint".to_vec()).unwrap();
    let mut frame = Frame::new();
    encode_together(&ledger, &mut frame, &mut [&mut joint]).unwrap();
    append_together(&ledger, &mut frame, &mut [&mut joint]).unwrap();
    drop(joint);
    assert_eq!(cache.peek(&"a".to_owned()), Some(b"joint".to_vec()));
    let flushed = cache.flush();
    while held.applies() > 0 {
        held.next_apply().pass();
    }
    answered(through).unwrap();
    answered(flushed).unwrap();
    assert_eq!(
        world.store.get(&"a".to_owned()),
        Some(b"joint".to_vec()),
        "G3: it is the newer one"
    );
}

#[test]
fn a_modification_that_was_computed_before_it_is_computed_again() {
    let world = World::new(1);
    let life = world.open();
    answered(life.cache.put("a".to_owned(), b"1".to_vec())).unwrap();
    let mut joint = Some(life.joint(&["a"], b"joint"));
    let mut frame = life.frame("order", joint.as_mut().unwrap());
    let ledger = life.ledger.clone();
    // It is written while the closure of the modification runs.
    let modify = move |value: Option<&Vec<u8>>| {
        if let Some(mut joint) = joint.take() {
            append_together(&ledger, &mut frame, &mut [&mut joint]).unwrap();
        }
        let mut value = value.cloned().unwrap_or_default();
        value.push(b'+');
        (Change::Put(value), ())
    };
    answered(life.cache.modify("a".to_owned(), modify)).unwrap();
    assert_eq!(life.peek("a"), Some(b"joint+".to_vec()));
}

#[test]
fn a_value_that_is_over_when_it_is_accepted_is_stored_and_not_seen() {
    let world = World::new(1);
    let expiring = |builder: super::rig::Building| {
        builder.expire_with(|_, value: &Vec<u8>| Some(WallTime(u64::from(value[0]))))
    };
    let life = world.open_as(Settings::default(), expiring).unwrap();
    let joint = life.joint(&["a", "b"], &[1]);
    life.clock.advance(SECOND);
    life.write("order", joint).unwrap();
    assert_eq!(life.peek("a"), None);
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    assert_eq!(life.cache.dirty_count(), 0);
}

#[test]
fn it_is_acknowledged_no_further_than_its_frame() {
    let world = World::new(1);
    let life = world.open();
    let number = life.write("order", life.joint(&["a"], b"1")).unwrap();
    assert!(life.ledger.position().synced < number);
    assert_eq!(world.store.get(&"a".to_owned()), None);
    life.ledger.wait(number, Durability::Synced).unwrap();
    world.disk.power_cut();
    drop(life);
    let life = world.open();
    assert_eq!((life.noted.len(), life.peek("a")), (1, Some(b"1".to_vec())));
}

#[test]
fn a_drill_refuses_what_is_written_with_others_and_nobody_waits() {
    let drills =
        [(Mode::JournalFull, ErrorKind::Busy), (Mode::JournalFailed, ErrorKind::Unavailable)];
    for (mode, kind) in drills {
        let world = World::new(1);
        let life = world.open();
        life.cache.drill(mode, SECOND).unwrap();
        let mut joint = life.joint(&["a", "b"], b"1");
        let mut frame = life.frame("order", &mut joint);
        let before = life.ledger.position().appended;
        assert_eq!(life.append(&mut frame, &mut joint).unwrap_err().kind(), kind);
        let room = answered(forebay_journal::Partner::room(&mut joint));
        assert_eq!(room.unwrap_err().kind(), kind, "at once");
        assert_eq!((life.ledger.position().appended, life.cache.dirty_count()), (before, 0));
        life.clock.advance(SECOND);
        life.append(&mut frame, &mut joint).unwrap();
        assert_eq!(life.peek("b"), Some(b"1".to_vec()));
    }
}
