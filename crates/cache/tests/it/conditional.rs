//! Writes that happen if the key is as it is to be: atomic, and told what was there.

use forebay_cache::{ByteSize, NotStored, Settings, Stamp, Write};
use forebay_store::{
    Batch, BatchId, BlockingStore, Condition, Durability, Error, ErrorKind, MemoryStore, Outcome,
    WallTime, WriteOp,
};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered, by_value};

const WAYS: [Write; 3] = [Write::Through, Write::Around, Write::Behind(Durability::Memory)];

#[test]
fn a_put_if_absent_puts_once_and_says_what_was_there() {
    for write in WAYS {
        let rig = Rig::behind();
        rig.store.insert("stored", 5);
        let first = answered(rig.cache.put_if_absent_with("a", 1, write)).unwrap();
        assert_eq!((first.result, first.receipt.is_some()), (None, true));
        for (key, held) in [("a", 1), ("stored", 5)] {
            let second = answered(rig.cache.put_if_absent_with(key, 9, write)).unwrap();
            assert_eq!((second.result, second.receipt.is_some()), (Some(held), false));
        }
        answered(rig.cache.delete("a")).unwrap();
        assert!(answered(rig.cache.put_if_absent_with("a", 2, write)).unwrap().receipt.is_some());
        answered(rig.cache.flush()).unwrap();
        assert_eq!((rig.store.get(&"a"), rig.store.get(&"stored")), (Some(2), Some(5)));
    }
}

#[test]
fn a_replacement_needs_something_to_replace() {
    for write in WAYS {
        let rig = Rig::behind();
        rig.store.insert("stored", 5);
        let nothing = answered(rig.cache.replace_with("a", 1, write)).unwrap();
        assert_eq!((nothing.result, nothing.receipt.is_some()), (None, false));
        let replaced = answered(rig.cache.replace_with("stored", 6, write)).unwrap();
        assert_eq!((replaced.result, replaced.receipt.is_some()), (Some(5), true));
        answered(rig.cache.flush()).unwrap();
        assert_eq!((rig.store.get(&"a"), rig.store.get(&"stored")), (None, Some(6)));
    }
}

#[test]
fn a_compared_put_needs_the_value_that_it_expects() {
    for write in WAYS {
        let rig = Rig::behind();
        rig.store.insert("a", 1);
        for (expected, value, is_put, before) in
            [(1, 2, true, 1), (1, 3, false, 2), (2, 1, true, 2)]
        {
            let put =
                answered(rig.cache.compare_and_put_with("a", expected, value, write)).unwrap();
            assert_eq!((put.result, put.receipt.is_some()), (Some(before), is_put));
        }
        answered(rig.cache.flush()).unwrap();
        assert_eq!(rig.store.get(&"a"), Some(1));
        assert!(
            answered(rig.cache.compare_and_put_with("b", 1, 1, write)).unwrap().receipt.is_none()
        );
    }
}

#[test]
fn a_put_if_unchanged_notices_a_value_that_came_back() {
    for write in WAYS {
        let rig = Rig::behind();
        answered(rig.cache.put("a", 1)).unwrap();
        let (held, seen) = answered(rig.cache.get_stamped(&"a")).unwrap();
        assert_eq!(held, Some(1));
        answered(rig.cache.put("a", 1)).unwrap();
        assert!(
            answered(rig.cache.put_if_unchanged_with("a", seen, 9, write))
                .unwrap()
                .receipt
                .is_none()
        );
        let (_, seen): (_, Stamp) = answered(rig.cache.get_stamped(&"a")).unwrap();
        let put = answered(rig.cache.put_if_unchanged_with("a", seen, 2, write)).unwrap();
        assert!(put.receipt.is_some());
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(2));
    }
}

#[test]
fn of_many_threads_that_put_if_absent_one_puts() {
    for write in WAYS {
        let cache = forebay_cache::Cache::builder(MemoryStore::new());
        let cache = cache.write_behind(Settings::default()).open().wait().unwrap();
        for key in 0..50_u64 {
            let puts: usize = std::thread::scope(|scope| {
                let put = |me: u64| {
                    let cache = &cache;
                    scope.spawn(move || {
                        let put = cache.put_if_absent_with(key, me, write).wait().unwrap();
                        usize::from(put.receipt.is_some())
                    })
                };
                let threads = [put(1), put(2), put(3)];
                threads.into_iter().map(|thread| thread.join().unwrap()).sum()
            });
            assert_eq!(puts, 1, "{write:?}");
        }
    }
}

#[test]
fn a_conditional_write_through_is_guarded_by_the_store() {
    for write in [Write::Through, Write::Around] {
        let rig = HeldRig::behind();
        let absent = rig.cache.put_if_absent_with("a", 1, write);
        rig.held.next_load().pass();
        let call = rig.held.next_apply();
        assert_eq!(call.batch.ops[0].condition, Condition::Absent);
        // Somebody else was faster.
        rig.store.insert("a", 7);
        call.pass();
        rig.held.next_load().pass();
        let absent = answered(absent).unwrap();
        assert_eq!((absent.result, absent.receipt.is_some()), (Some(7), false));
        let replace = rig.cache.replace_with("a", 8, write);
        let call = rig.held.next_apply();
        assert_eq!(call.batch.ops[0].condition, Condition::Present);
        call.pass();
        assert_eq!((answered(replace).unwrap().result, rig.store.get(&"a")), (Some(7), Some(8)));
        let put = rig.cache.put_with("a", 9, write);
        let call = rig.held.next_apply();
        assert_eq!(call.batch.ops[0].condition, Condition::Always);
        call.pass();
        answered(put).unwrap();
    }
}

#[test]
fn a_replacement_of_what_somebody_else_has_deleted_in_the_store_tells_that_it_is_gone() {
    let rig = Rig::through();
    answered(rig.cache.put("a", 1)).unwrap();
    let delete = WriteOp::delete("a", 1);
    let batch = Batch { id: BatchId { origin: 1, number: 1 }, ops: vec![delete] };
    assert!(rig.store.apply(&batch).unwrap()[0].is_stored());
    let replaced = answered(rig.cache.replace("a", 2)).unwrap();
    assert_eq!((replaced.result, replaced.receipt.is_some()), (None, false));
    assert_eq!((rig.store.get(&"a"), rig.cache.peek(&"a")), (None, None));
}

#[test]
fn a_store_that_refuses_a_conditional_value_is_told_of() {
    let rig = HeldRig::behind();
    let absent = rig.cache.put_if_absent_with("a", 1, Write::Through);
    rig.held.next_load().pass();
    rig.held.next_apply().answer(Ok(vec![Outcome::Refused(Error::refused("too dear"))]));
    rig.held.next_load().pass();
    let error = answered(absent).unwrap_err();
    assert_eq!((error.kind(), error.to_string().contains("too dear")), (ErrorKind::Refused, true));
}

#[test]
fn a_conditional_write_behind_that_the_store_refuses_says_so() {
    let stored = Durability::Stored;
    for write in [Write::Behind(stored), Write::Uncoalesced(stored)] {
        let rig = HeldRig::behind();
        let absent = rig.cache.put_if_absent_with("a", 1, write);
        rig.held.next_load().pass();
        rig.held.next_apply().answer(Ok(vec![Outcome::Refused(Error::refused("too dear"))]));
        let error = answered(absent).unwrap_err();
        assert_eq!((error.kind(), NotStored::is_behind(&error)), (ErrorKind::Unknown, true));
        assert!(error.chain().ends_with("too dear"), "{}", error.chain());
        assert_eq!((rig.cache.peek(&"a"), rig.cache.stats().quarantined), (Some(1), 1));
    }
}

#[test]
fn where_values_expire_a_put_if_absent_does_not_stumble_over_what_is_over() {
    let rig = Rig::open(|builder| {
        builder.write_behind(Settings::default()).expire_with(|_, value| Some(WallTime(*value)))
    });
    rig.store.insert("a", 1);
    rig.clock.advance(HOUR);
    let put = answered(rig.cache.put_if_absent_with("a", u64::MAX / 2, Write::Through)).unwrap();
    assert!(put.receipt.is_some(), "what is there is over");
    assert_eq!(rig.store.get(&"a"), Some(u64::MAX / 2));
}

#[test]
fn a_conditional_write_waits_for_what_is_before_it_in_line() {
    let rig = HeldRig::behind();
    let put = rig.cache.put_with("a", 1, Write::Through);
    let absent = rig.cache.put_if_absent("a", 2);
    assert!(!absent.is_ready(), "a write-through is before it");
    rig.held.next_apply().pass();
    answered(put).unwrap();
    assert_eq!(answered(absent).unwrap().result, Some(1));
    rig.clock.advance(SECOND);
    assert_eq!(rig.store.get(&"a"), Some(1));
}

#[test]
fn what_is_not_stored_and_perhaps_never_is_is_nothing_for_the_store_to_judge_by() {
    for write in [Write::Through, Write::Around] {
        let rig = HeldRig::behind();
        rig.store.insert("b", 5);
        let refused = || Ok(vec![Outcome::Refused(Error::refused("too dear"))]);
        answered(rig.cache.put("a", 1)).unwrap();
        rig.clock.advance(SECOND);
        rig.held.next_apply().answer(refused());
        answered(rig.cache.delete("b")).unwrap();
        rig.clock.advance(SECOND);
        rig.held.next_apply().answer(refused());
        assert_eq!(rig.cache.quarantined().len(), 2);
        for (put, before) in [
            (rig.cache.replace_with("a", 2, write), Some(1)),
            (rig.cache.put_if_absent_with("b", 2, write), None),
        ] {
            let call = rig.held.next_apply();
            assert_eq!(call.batch.ops[0].condition, Condition::Always);
            call.pass();
            let put = answered(put).unwrap();
            assert_eq!((put.result, put.receipt.is_some()), (before, true));
        }
        assert_eq!((rig.store.get(&"a"), rig.store.get(&"b")), (Some(2), Some(2)));
        assert!(rig.cache.quarantined().is_empty());
    }
}

#[test]
fn a_conditional_write_behind_has_no_guard_where_it_goes_through_because_it_is_too_heavy() {
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let rig = HeldRig::open(|builder| {
        builder.capacity(ByteSize::kib(64)).weigher(by_value).write_behind(settings)
    });
    let put = rig.cache.put_with("a", 1, Write::Through);
    rig.held.next_apply().pass();
    answered(put).unwrap();
    let replace = rig.cache.replace("a", 60_000);
    let call = rig.held.next_apply();
    assert_eq!(call.batch.ops[0].condition, Condition::Always);
    call.pass();
    assert_eq!(answered(replace).unwrap().receipt.unwrap().rung(), Durability::Stored);
}
