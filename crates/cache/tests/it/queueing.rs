//! Later writes of a key whose write the store refused, where they wait behind it.

use std::error::Error as _;

use forebay_cache::{ByteSize, Change, NotStored, Settings, Standing, WhenRefused, Write};
use forebay_store::{Durability, Error, ErrorKind, Outcome};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered, by_value};

fn queueing() -> Settings {
    Settings { when_refused: WhenRefused::Queue, ..Settings::default() }
}

/// A key in quarantine with 2, over 1 in the store, which takes it from now on.
fn refused() -> Rig {
    let rig = Rig::open(|builder| builder.write_behind(queueing()));
    answered(rig.cache.put("a", 1)).unwrap();
    answered(rig.cache.flush()).unwrap();
    rig.script.refuse("a");
    answered(rig.cache.put("a", 2)).unwrap();
    rig.clock.advance(SECOND);
    rig.script.accept(&"a");
    rig
}

/// A store that is being given 2.
fn being_stored() -> HeldRig {
    let rig = HeldRig::open(|builder| builder.write_behind(queueing()));
    answered(rig.cache.put("a", 2)).unwrap();
    rig.clock.advance(SECOND);
    rig
}

fn refuse(rig: &HeldRig) {
    rig.held.next_apply().answer(Ok(vec![Outcome::Refused(Error::refused("never"))]));
}

#[track_caller]
fn assert_is_behind_a_refused_one(error: &Error) {
    assert_eq!((error.kind(), NotStored::is_behind(error)), (ErrorKind::Unavailable, false));
    let cause = error.source().and_then(std::error::Error::source);
    let cause = cause.and_then(|cause| cause.downcast_ref::<Error>());
    assert_eq!(cause.map(Error::kind), Some(ErrorKind::Refused));
}

#[track_caller]
fn assert_is_accepted_and_waits(error: &Error) {
    assert_eq!((error.kind(), NotStored::is_behind(error)), (ErrorKind::Unknown, true));
}

/// The store is given nothing of the key for as long as nobody asks for that.
#[track_caller]
fn assert_waits(rig: &Rig) {
    let calls = rig.script.applies_arrived();
    rig.clock.advance(HOUR);
    answered(rig.cache.flush()).unwrap_err();
    assert_eq!((rig.script.applies_arrived(), rig.store.get(&"a")), (calls, Some(1)));
    assert_eq!(rig.cache.explain(&"a").standing, Standing::HeldBack);
    rig.cache.audit().unwrap();
}

#[track_caller]
fn assert_stored(rig: &Rig, value: Option<u64>) {
    rig.clock.advance(SECOND);
    assert_eq!((rig.cache.peek(&"a"), rig.store.get(&"a")), (value, value));
    let stats = rig.cache.stats();
    assert_eq!((stats.quarantined, stats.quarantine_bytes, stats.dirty_bytes), (0, 0, 0));
    rig.cache.audit().unwrap();
}

#[test]
fn a_write_behind_a_refused_one_waits_and_is_read() {
    let rig = refused();
    let before = rig.cache.quarantine().list().remove(0);
    rig.clock.advance(HOUR);
    answered(rig.cache.put("a", 3)).unwrap();
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(3));
    let refused = rig.cache.quarantine().list().remove(0);
    assert!(refused.waits() && !before.waits() && refused.version > before.version);
    assert_eq!(refused.cause.to_string(), before.cause.to_string());
    assert_eq!(
        (refused.first_refused, refused.last_refused),
        (before.first_refused, before.last_refused)
    );
    assert_waits(&rig);
}

#[test]
fn retrying_sends_the_newest_and_counts_anew() {
    let rig = refused();
    for value in 3..6 {
        answered(rig.cache.put("a", value)).unwrap();
    }
    rig.script.refuse("a");
    rig.clock.advance(HOUR);
    assert!(rig.cache.quarantine().retry(&"a"));
    rig.clock.advance(SECOND);
    let refused = rig.cache.quarantine().list().remove(0);
    assert_eq!((refused.attempts, refused.first_refused), (1, refused.last_refused));
    rig.script.accept(&"a");
    assert!(rig.cache.quarantine().retry(&"a"));
    assert_stored(&rig, Some(5));
}

#[test]
fn a_delete_waits_and_is_stored_by_a_retry() {
    let rig = refused();
    answered(rig.cache.delete("a")).unwrap();
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    assert!(rig.cache.quarantine().list()[0].is_deleted);
    assert_waits(&rig);
    assert!(rig.cache.quarantine().retry(&"a"));
    assert_stored(&rig, None);
}

#[test]
fn dropping_the_refused_one_lets_the_newer_one_go() {
    let rig = refused();
    answered(rig.cache.put("a", 3)).unwrap();
    assert!(rig.cache.quarantine().drop(&"a"));
    assert_eq!(rig.cache.peek(&"a"), Some(3));
    assert_stored(&rig, Some(3));
}

#[test]
fn an_edit_takes_the_place_of_what_waits() {
    let rig = refused();
    answered(rig.cache.put("a", 3)).unwrap();
    answered(rig.cache.quarantine().edit(&"a", 4)).unwrap().unwrap();
    assert_stored(&rig, Some(4));
}

#[test]
fn a_modification_of_what_waits_waits_too() {
    let rig = refused();
    answered(rig.cache.update(&"a", |value| *value += 10)).unwrap().unwrap();
    assert_eq!(rig.cache.peek(&"a"), Some(12));
    assert_waits(&rig);
    let through = rig.cache.modify_with(
        "a",
        |value| (Change::Put(value.copied().unwrap_or_default() + 1), ()),
        Write::Through,
    );
    assert_is_behind_a_refused_one(&answered(through).unwrap_err());
    answered(rig.cache.update(&"a", |value| *value += 10)).unwrap().unwrap();
    assert_eq!(rig.cache.peek(&"a"), Some(22));
}

#[test]
fn a_write_through_behind_a_refused_one_is_told_at_once() {
    let rig = refused();
    for write in [Write::Through, Write::Around] {
        for value in [Some(3), None] {
            let op = match value {
                Some(value) => rig.cache.put_with("a", value, write),
                None => rig.cache.delete_with("a", write),
            };
            assert_is_behind_a_refused_one(&answered(op).unwrap_err());
        }
    }
    assert_eq!((rig.cache.peek(&"a"), rig.store.get(&"a")), (Some(2), Some(1)));
    answered(rig.cache.put("a", 3)).unwrap();
    let op = rig.cache.put_with("a", 4, Write::Through);
    assert_is_behind_a_refused_one(&answered(op).unwrap_err());
    assert_waits(&rig);
}

#[test]
fn who_was_in_line_behind_a_write_that_is_refused_is_told() {
    let rig = being_stored();
    let through = rig.cache.put_with("a", 3, Write::Through);
    refuse(&rig);
    assert_is_behind_a_refused_one(&answered(through).unwrap_err());
    assert_eq!((rig.held.applies(), rig.cache.peek(&"a")), (0, Some(2)));
    assert_eq!(rig.cache.explain(&"a").standing, Standing::Quarantined);
}

#[test]
fn what_came_while_it_was_refused_waits() {
    let rig = being_stored();
    let first = answered(rig.cache.put("a", 3)).unwrap();
    let through = rig.cache.put_with("a", 9, Write::Through);
    let second = answered(rig.cache.put("a", 4)).unwrap();
    let (first, second) = (first.stored(), second.stored());
    let bytes = rig.cache.stats().dirty_bytes;
    refuse(&rig);
    assert_is_accepted_and_waits(&answered(first).unwrap_err());
    assert_is_accepted_and_waits(&answered(second).unwrap_err());
    assert_is_behind_a_refused_one(&answered(through).unwrap_err());
    let stats = rig.cache.stats();
    let weight = rig.cache.quarantine().list()[0].bytes;
    assert_eq!((stats.dirty_bytes, stats.quarantine_bytes + weight), (0, bytes));
    rig.cache.audit().unwrap();
    rig.clock.advance(HOUR);
    assert_eq!((rig.held.applies(), rig.cache.peek(&"a")), (0, Some(4)));
    assert_eq!(rig.cache.explain(&"a").standing, Standing::HeldBack);
    assert!(rig.cache.quarantine().retry(&"a"));
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
    assert_eq!(rig.store.get(&"a"), Some(4));
    rig.cache.audit().unwrap();
}

#[test]
fn what_came_while_a_retry_is_refused_waits() {
    let rig = being_stored();
    refuse(&rig);
    assert!(rig.cache.quarantine().retry(&"a"));
    rig.clock.advance(SECOND);
    answered(rig.cache.put("a", 3)).unwrap();
    refuse(&rig);
    rig.clock.advance(HOUR);
    assert_eq!((rig.held.applies(), rig.cache.peek(&"a")), (0, Some(3)));
    assert!(rig.cache.quarantine().list()[0].waits());
}

#[test]
fn a_receipt_of_what_waits_is_told_at_once() {
    let rig = refused();
    let receipt = answered(rig.cache.put("a", 3)).unwrap();
    assert_is_accepted_and_waits(&answered(receipt.stored()).unwrap_err());
    let op = rig.cache.put_with("a", 4, Write::Behind(Durability::Stored));
    assert_is_accepted_and_waits(&answered(op).unwrap_err());
    assert_eq!(rig.cache.peek(&"a"), Some(4));
    assert!(rig.cache.quarantine().retry(&"a"));
    rig.clock.advance(SECOND);
    answered(receipt.stored()).unwrap();
}

#[test]
fn no_room_in_quarantine_refuses_that_key_alone_and_holds_up_nobody() {
    let rig = Rig::<u64>::open(|builder| {
        builder.weigher(by_value).write_behind(Settings {
            dirty_entries_max: 4,
            quarantine_bytes_max: Some(ByteSize::kib(2)),
            ..queueing()
        })
    });
    for key in 0..10 {
        rig.script.refuse(key);
        answered(rig.cache.put(key, 1)).unwrap();
        rig.clock.advance(SECOND);
        answered(rig.cache.put(key, 2)).unwrap();
    }
    let bytes = rig.cache.stats().quarantine_bytes;
    assert_is_behind_a_refused_one(&answered(rig.cache.put(0, 5000)).unwrap_err());
    assert_eq!((rig.cache.peek(&0), rig.cache.stats().quarantine_bytes), (Some(2), bytes));
    answered(rig.cache.put(0, 1)).unwrap();
    assert_eq!(rig.cache.stats().quarantine_bytes, bytes - 1, "what it weighs less is given back");
    for key in 100..110 {
        answered(rig.cache.put(key, 1)).unwrap();
        rig.clock.advance(SECOND);
        assert_eq!(rig.store.get(&key), Some(1));
    }
    assert_eq!((rig.cache.stats().dirty_bytes, rig.cache.stats().quarantined), (0, 10));
    rig.cache.audit().unwrap();
}

#[test]
fn a_group_with_such_a_key_does_nothing() {
    let rig = refused();
    let group = rig.cache.transact(
        |transaction| {
            transaction.put("b", 1)?;
            transaction.put("a", 3)
        },
        Durability::Memory,
    );
    assert_is_behind_a_refused_one(&answered(group).unwrap_err());
    assert_eq!((rig.cache.peek(&"a"), rig.cache.peek(&"b")), (Some(2), None));
    assert_eq!(rig.cache.stats().dirty_bytes, 0);
    rig.cache.audit().unwrap();
}

#[test]
fn a_group_through_with_such_a_key_does_nothing() {
    let rig = HeldRig::atomic(|builder| builder.write_behind(queueing()));
    answered(rig.cache.put("a", 2)).unwrap();
    rig.clock.advance(SECOND);
    let group = || {
        rig.cache.transact(
            |transaction| {
                transaction.put("b", 1)?;
                transaction.put("a", 4)
            },
            Write::Through,
        )
    };
    // One that came while the store was given the write, and one that comes after it was refused.
    let meanwhile = group();
    refuse(&rig);
    for group in [meanwhile, group()] {
        assert_is_behind_a_refused_one(&answered(group).unwrap_err());
    }
    answered(rig.cache.put("a", 3)).unwrap();
    assert_is_behind_a_refused_one(&answered(group()).unwrap_err());
    assert_eq!((rig.cache.peek(&"a"), rig.cache.peek(&"b")), (Some(3), None));
    assert_eq!((rig.held.applies(), rig.store.get(&"a")), (0, None));
    rig.cache.audit().unwrap();
}

#[test]
fn a_key_that_is_written_again_and_again_keeps_its_place_in_quarantine() {
    let rig = Rig::<u64>::open(|builder| builder.write_behind(queueing()));
    for key in 0..4 {
        rig.script.refuse(key);
        answered(rig.cache.put(key, 1)).unwrap();
        rig.clock.advance(SECOND);
    }
    answered(rig.cache.put(1, 2)).unwrap();
    let keys = rig.cache.quarantine().list().into_iter().map(|refused| refused.key);
    assert_eq!(keys.collect::<Vec<_>>(), [0, 1, 2, 3]);
}

#[test]
fn close_and_drain_do_not_wait_for_it() {
    let rig = refused();
    answered(rig.cache.put("a", 3)).unwrap();
    answered(rig.cache.put("b", 1)).unwrap();
    let report = answered(rig.cache.drain(HOUR)).unwrap();
    assert_eq!((report.left, report.quarantined), (0, 1));
    let report = answered(rig.cache.close(HOUR)).unwrap();
    assert_eq!((report.left, report.quarantined), (0, 1));
    assert_eq!(rig.store.get(&"b"), Some(1));
}

#[test]
fn who_waits_for_room_behind_what_was_refused_needs_none() {
    let settings = Settings { dirty_bytes_max: Some(ByteSize::kib(10)), ..queueing() };
    let rig: HeldRig = HeldRig::open(|builder| builder.write_behind(settings).weigher(by_value));
    answered(rig.cache.put("a", 1000)).unwrap();
    answered(rig.cache.put("b", 8000)).unwrap();
    rig.clock.advance(SECOND);
    let overwrite = rig.cache.put("a", 4000);
    assert!(!overwrite.is_ready(), "there is no room for it");
    let apply = rig.held.next_apply();
    let outcome = |key| match key {
        "a" => Outcome::Refused(Error::refused("never")),
        _ => Outcome::Retry(Error::unavailable("later")),
    };
    let outcomes = apply.batch.ops.iter().map(|op| outcome(op.key)).collect();
    apply.answer(Ok(outcomes));
    answered(overwrite).unwrap();
    assert_eq!(rig.cache.peek(&"a"), Some(4000));
}
