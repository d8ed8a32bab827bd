//! Many writes at once: one answer a key, one frame and one sync for those of a shard, one call for those that
//! go through.

use forebay_cache::{Settings, WhenFull, Write};
use forebay_store::{Durability, Error, ErrorKind, Outcome};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered, by_value};

const BOTH: [Write; 2] = [Write::Through, Write::Behind(Durability::Memory)];

#[test]
fn many_puts_are_read_and_stored_like_as_many_puts() {
    for write in BOTH {
        let rig = Rig::<u64>::open(|it| it.shards(4).write_behind(Settings::default()));
        answered(rig.cache.put(7, 1)).unwrap();
        let answers = rig.cache.put_many_with((0..100).map(|key| (key, key * 2)), write);
        let answers = answered(answers).unwrap();
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 100);
        assert_eq!(rig.cache.stats().puts, 101);
        for key in 0..100 {
            assert_eq!(answered(rig.cache.get(&key)).unwrap(), Some(key * 2));
        }
        answered(rig.cache.flush()).unwrap();
        assert_eq!((rig.store.len(), rig.store.get(&7)), (100, Some(14)));
        let answers = answered(rig.cache.delete_many_with(0..99, write)).unwrap();
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(answered(rig.cache.get(&7)).unwrap(), None);
        answered(rig.cache.flush()).unwrap();
        assert_eq!((rig.store.len(), rig.cache.stats().dirty_bytes), (1, 0));
        assert_eq!(rig.cache.stats().deletes, 99);
    }
}

#[test]
fn of_many_values_for_a_key_the_last_counts() {
    for write in BOTH {
        let rig = Rig::behind();
        let values = [("a", 1), ("b", 2), ("a", 3), ("c", 4), ("a", 5)];
        let answers = answered(rig.cache.put_many_with(values, write)).unwrap();
        let versions: Vec<_> =
            answers.into_iter().map(|answer| answer.unwrap().version()).collect();
        assert!(versions[0] <= versions[2] && versions[2] <= versions[4]);
        answered(rig.cache.flush()).unwrap();
        assert_eq!(rig.store.get(&"a"), Some(5));
        assert_eq!(rig.store.stats().puts, 3);
    }
}

#[test]
fn many_keys_that_are_all_of_one_hash_are_told_apart() {
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Same(u64);
    impl std::hash::Hash for Same {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            0.hash(state);
        }
    }
    let rig = Rig::<Same>::behind();
    let values = (0..20).map(|n| (Same(n % 10), n));
    assert!(answered(rig.cache.put_many(values)).unwrap().iter().all(Result::is_ok));
    for key in 0..10 {
        assert_eq!(rig.cache.peek(&Same(key)), Some(key + 10));
    }
}

#[test]
fn writes_through_share_a_call_and_fail_by_themselves() {
    let rig = HeldRig::<u64>::through();
    let op = rig.cache.put_many((0..5).map(|key| (key, key)));
    let call = rig.held.next_apply();
    let keys: Vec<_> = call.batch.ops.iter().map(|op| op.key).collect();
    assert_eq!((keys.len(), rig.held.applies()), (5, 0));
    assert!(rig.cache.peek(&keys[1]).is_none(), "it is not visible before the store has it");
    let mut outcomes = vec![Outcome::Stored; 5];
    outcomes[2] = Outcome::Refused(Error::refused("not this one"));
    call.answer(Ok(outcomes));
    let answers = answered(op).unwrap();
    for (key, answer) in (0..).zip(answers) {
        assert_eq!(answer.is_err(), key == keys[2], "{key}");
    }
}

#[test]
fn a_key_for_which_something_goes_on_is_written_with_the_rest() {
    let rig = HeldRig::<u64>::behind();
    rig.store.insert(2, 20);
    answered(rig.cache.put(1, 1)).unwrap();
    rig.clock.advance(SECOND);
    let stored = rig.held.next_apply();
    let read = rig.cache.get(&2);
    let load = rig.held.next_load();
    let answers = answered(rig.cache.put_many((0..4).map(|key| (key, key + 100)))).unwrap();
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(answered(read).unwrap(), Some(102), "who waits for a load is told what is newer");
    load.pass();
    stored.pass();
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
    for key in 0..4 {
        assert_eq!((rig.cache.peek(&key), rig.store.get(&key)), (Some(key + 100), Some(key + 100)));
    }
    assert_eq!(rig.cache.stats().dirty_bytes, 0);
}

#[test]
fn of_many_puts_those_that_have_room_do_not_wait_for_the_others() {
    let settings = Settings { dirty_entries_max: 3, flush_delay: HOUR, ..Settings::default() };
    let rig = HeldRig::<u64>::open(|builder| builder.write_behind(settings));
    let op = rig.cache.put_many((0..5).map(|key| (key, key)));
    let there = (0..5).filter(|key| rig.cache.peek(key).is_some()).count();
    assert_eq!((there, rig.cache.stats().waiting_writers), (3, 2));
    let op = op.try_take().expect_err("two wait");
    rig.held.next_apply().pass();
    let answers = answered(op).unwrap();
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((0..5).filter(|key| rig.cache.peek(key).is_some()).count(), 5);
}

#[test]
fn many_puts_that_are_dropped_while_some_wait_for_room_leave_those_out() {
    let settings = Settings { dirty_entries_max: 3, flush_delay: HOUR, ..Settings::default() };
    let rig = HeldRig::<u64>::open(|builder| builder.write_behind(settings));
    let op = rig.cache.put_many((0..5).map(|key| (key, key)));
    drop(op);
    rig.held.next_apply().pass();
    assert_eq!((0..5).filter(|key| rig.cache.peek(key).is_some()).count(), 3);
    assert_eq!((rig.cache.stats().dirty_bytes, rig.cache.stats().waiting_writers), (0, 0));
}

#[test]
fn of_many_puts_those_without_room_are_refused_if_so_configured() {
    let when_full = WhenFull::Refuse;
    let settings =
        Settings { dirty_entries_max: 3, flush_delay: HOUR, when_full, ..Settings::default() };
    let rig = Rig::<u64>::open(|builder| builder.write_behind(settings));
    rig.script.go_down();
    let answers = answered(rig.cache.put_many((0..9).map(|key| (key, key)))).unwrap();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    for (key, answer) in (0..).zip(answers) {
        match answer {
            Ok(_) => assert_eq!(rig.cache.peek(&key), Some(key)),
            Err(error) => {
                assert_eq!((error.kind(), rig.cache.peek(&key)), (ErrorKind::Busy, None));
            }
        }
    }
}

#[test]
fn a_value_too_heavy_for_the_dirty_goes_through_beside_the_others() {
    let rig = Rig::<u64>::open(|builder| {
        let settings = Settings { flush_delay: HOUR, ..Settings::default() };
        builder.capacity(forebay_cache::ByteSize::kib(64)).weigher(by_value).write_behind(settings)
    });
    let answers = answered(rig.cache.put_many([(1, 1), (2, 60_000), (3, 3)])).unwrap();
    let rungs: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().rung()).collect();
    assert_eq!(rungs, [Durability::Memory, Durability::Stored, Durability::Memory]);
    assert_eq!((rig.store.get(&2), rig.store.get(&1)), (Some(60_000), None));
}

#[test]
fn many_puts_after_a_close_are_all_told() {
    for write in BOTH {
        let rig = Rig::<u64>::behind();
        assert!(answered(rig.cache.close(SECOND)).unwrap().is_clean());
        let answers = answered(rig.cache.put_many_with([(1, 1), (2, 2)], write)).unwrap();
        for answer in answers {
            assert_eq!(answer.unwrap_err().kind(), ErrorKind::Closed);
        }
    }
}

#[test]
fn many_puts_at_stored_are_answered_when_the_store_has_them() {
    let rig = HeldRig::<u64>::behind();
    let write = Write::Behind(Durability::Stored);
    let op = rig.cache.put_many_with((0..9).map(|key| (key, key)), write);
    let op = op.try_take().expect_err("the store has nothing yet");
    let call = rig.held.next_apply();
    assert_eq!(call.batch.ops.len(), 9, "they go together");
    call.pass();
    for answer in answered(op).unwrap() {
        assert_eq!(answer.unwrap().rung(), Durability::Stored);
    }
}

#[test]
fn without_a_journal_many_puts_at_its_rungs_are_refused_as_one() {
    let rig = Rig::<u64>::behind();
    let op = rig.cache.put_many_with([(1, 1)], Write::Behind(Durability::Synced));
    assert_eq!(answered(op).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(rig.cache.peek(&1), None);
}

#[test]
fn no_puts_at_all_are_answered_at_once() {
    let rig = Rig::<u64>::behind();
    assert!(answered(rig.cache.put_many([])).unwrap().is_empty());
    assert!(answered(rig.cache.delete_many_with([], Write::Through)).unwrap().is_empty());
}
