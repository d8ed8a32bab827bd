//! The bounds of writes that are accepted together.

use forebay_cache::{ByteSize, Committed, Settings, Transaction, WhenFull};
use forebay_store::Durability::Memory;
use forebay_store::{ErrorKind, Op};

use crate::rig::{HOUR, HeldRig, Rig, answered, by_value};

/// Three may be dirty, and the store is down.
fn three(when_full: WhenFull) -> Rig<u64> {
    let settings = Settings { dirty_entries_max: 3, when_full, ..Settings::default() };
    let rig = Rig::open(|builder| builder.write_behind(settings).shards(4));
    rig.script.go_down();
    rig
}

fn put_all(rig: &Rig<u64>, keys: impl Iterator<Item = u64>) -> Op<Committed<u64>> {
    let mut group = rig.cache.group();
    for key in keys {
        group.put(key, 1);
    }
    group.commit(Memory)
}

#[test]
fn room_is_there_for_all_or_for_none() {
    let rig = three(WhenFull::Refuse);
    answered(rig.cache.put(0, 1)).unwrap();
    answered(rig.cache.put(1, 1)).unwrap();
    let used = rig.cache.stats().dirty_bytes;
    let error = answered(put_all(&rig, 2..4)).map(|_| ()).unwrap_err();
    assert_eq!((error.kind(), rig.cache.stats().dirty_bytes), (ErrorKind::Busy, used));
    assert_eq!((rig.cache.peek(&2), rig.cache.dirty_count()), (None, 2));
    // One of the two is dirty already, so there is room.
    assert!(matches!(answered(put_all(&rig, 1..3)).unwrap(), Committed::Written(_)));
    assert_eq!(rig.cache.dirty_count(), 3);
}

#[test]
fn who_waits_for_room_is_written_when_there_is_room_for_all() {
    let rig = three(WhenFull::default());
    answered(rig.cache.put(0, 1)).unwrap();
    answered(rig.cache.put(1, 1)).unwrap();
    let (group, dropped) = (put_all(&rig, 2..5), put_all(&rig, 5..8));
    assert!(!group.is_ready() && rig.cache.peek(&2).is_none());
    drop(dropped);
    rig.script.come_back();
    rig.clock.advance(HOUR);
    assert!(
        matches!(answered(group).unwrap(), Committed::Written(receipts) if receipts.len() == 3)
    );
    answered(rig.cache.flush()).unwrap();
    assert_eq!((rig.store.get(&4), rig.store.get(&5)), (Some(1), None), "it was dropped in time");
    assert_eq!(rig.cache.stats().dirty_bytes, 0, "room is conserved");
}

#[test]
fn what_can_never_have_room_together_is_refused() {
    let rig = three(WhenFull::default());
    let error = answered(put_all(&rig, 0..4)).map(|_| ()).unwrap_err();
    assert_eq!((error.kind(), rig.cache.dirty_count()), (ErrorKind::Refused, 0));
}

#[test]
fn so_many_keys_and_no_more() {
    let rig = Rig::<u64>::behind();
    let max = u64::try_from(Transaction::<u64, u64>::KEYS_MAX).unwrap();
    let half = max / 2;
    let fill = move |last: u64| {
        move |transaction: &mut Transaction<u64, u64>| {
            (0..half).try_for_each(|key| transaction.put(key, 1))?;
            transaction.put(0, 2)?;
            let looks: Vec<_> = (half..last).map(|key| transaction.look(&key)).collect();
            looks.into_iter().try_for_each(|look| look.map(drop))
        }
    };
    let error = answered(rig.cache.transact(fill(max + 1), Memory)).map(|_| ()).unwrap_err();
    assert_eq!((error.kind(), rig.cache.dirty_count()), (ErrorKind::Refused, 0), "{error}");
    answered(rig.cache.transact(fill(max), Memory)).unwrap();
    assert_eq!(rig.cache.dirty_count(), usize::try_from(half).unwrap());
}

#[test]
fn who_waits_for_room_keeps_what_was_loaded_for_him() {
    let settings = Settings { dirty_entries_max: 2, ..Settings::default() };
    let rig = HeldRig::open(|builder| builder.write_behind(settings).shards(4));
    answered(rig.cache.put("a", 1)).unwrap();
    answered(rig.cache.put("b", 1)).unwrap();
    // Memory does not keep that it is absent.
    let add = |transaction: &mut Transaction<&'static str, u64>| {
        let before = transaction.get(&"c")?.unwrap_or(4);
        transaction.put("c", before + 1)
    };
    let added = rig.cache.transact(add, Memory);
    rig.held.next_load().pass();
    assert!(!added.is_ready(), "there is no room");
    while rig.held.applies() > 0 {
        rig.held.next_apply().pass();
    }
    assert_eq!((added.is_ready(), rig.held.loads()), (true, 0), "it is not loaded again");
    assert_eq!(rig.cache.peek(&"c"), Some(5));
}

#[test]
fn what_a_transaction_looks_at_is_bounded_in_bytes() {
    let settings = Settings { dirty_bytes_max: Some(ByteSize::kib(64)), ..Settings::default() };
    let rig = HeldRig::<u64>::open(|builder| {
        builder.write_behind(settings).capacity(ByteSize::mib(8)).weigher(by_value)
    });
    (0..40).for_each(|key| rig.store.insert(key, 10_000));
    rig.store.insert(99, 100_000);
    let look = |keys: std::ops::Range<u64>| {
        let run = move |transaction: &mut Transaction<u64, u64>| {
            let looks: Vec<_> = keys.clone().map(|key| transaction.look(&key)).collect();
            looks.into_iter().try_for_each(|look| look.map(drop))
        };
        let looked = rig.cache.transact(run, Memory);
        while rig.held.loads() > 0 {
            rig.held.next_load().pass();
        }
        answered(looked).map(drop)
    };
    assert_eq!(look(0..4).map_err(|error| error.kind()), Err(ErrorKind::Refused), "loaded: twice");
    look(4..7).unwrap();
    // What memory has counts once.
    look(0..6).unwrap();
    assert_eq!(look(0..7).map_err(|error| error.kind()), Err(ErrorKind::Refused));
    look(99..100).unwrap();
}
