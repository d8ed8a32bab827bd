//! Room among the unstored, and in the journal.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use forebay_cache::{Receipt, Settings, WhenFull};
use forebay_state::snapshot::SnapshotSettings;
use forebay_store::{Durability, Error, ErrorKind, Op};

use super::rig::{Life, SECOND, World, answered, key, order};

fn two() -> Settings {
    Settings { dirty_entries_max: 2, ..Settings::default() }
}

#[test]
fn a_cache_that_would_not_wait_refuses_the_transaction_and_the_state_goes_on() {
    let world = World::new(1);
    let life = world.open_as(Settings { when_full: WhenFull::Refuse, ..two() }).unwrap();
    life.order(1).unwrap();
    life.order(2).unwrap();
    assert_eq!(life.order(3).unwrap_err().kind(), ErrorKind::Busy);
    life.shop.write(|tx| tx.orders.put(4, order(4))).unwrap();
    assert!(!life.has(3));
    life.script.come_back();
    life.clock.advance(SECOND * 60);
    answered(life.mail.flush()).unwrap();
    life.order(3).unwrap();
    world.kill(life);
    assert!(world.open().has(3));
}

#[test]
fn a_cache_without_room_is_no_reason_for_a_snapshot() {
    for is_async in [false, true] {
        let world = World::new(1);
        let life = world.open_as(Settings { when_full: WhenFull::Refuse, ..two() }).unwrap();
        life.order(1).unwrap();
        life.order(2).unwrap();
        let error = if is_async {
            let mail = life.mail.clone();
            let written = life.shop.write_async(Durability::Journaled, move |tx| {
                tx.orders.put(3, order(3))?;
                tx.enlist(&mail)?.put(key(3), b"thank you".to_vec())
            });
            answered(written).unwrap_err()
        } else {
            life.order(3).unwrap_err()
        };
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(snapshots(&world).is_empty(), "the journal is not full");
        // Nor is what a closure says.
        let busy = || Err::<(), _>(Error::busy("not today", SECOND));
        life.shop.write(|_| busy()).unwrap_err();
        answered(life.shop.write_async(Durability::Journaled, move |_| busy())).unwrap_err();
        assert!(snapshots(&world).is_empty());
    }
}

#[test]
fn a_transaction_waits_for_room_with_the_cache_and_readers_do_not_wait_for_it() {
    let mut world = World::new(1);
    // However late the writer's thread goes on, it does not find that its time is over.
    world.room_wait = SECOND * 1_000_000;
    let when_full = WhenFull::Wait { at_most: Duration::MAX };
    let life = world.open_as(Settings { when_full, ..two() }).unwrap();
    life.order(1).unwrap();
    let has_begun = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            life.shop.write(|tx| {
                has_begun.store(true, Ordering::Release);
                tx.orders.put(3, order(3))?;
                // There is room for one of them.
                tx.enlist(&life.mail)?.put(key(3), vec![])?;
                tx.enlist(&life.mail)?.put(key(4), vec![])
            })
        });
        while !has_begun.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        let accepted = life.shop.read().orders.len();
        assert_eq!(accepted, 1, "it was not acknowledged, and nobody waits to see that");
        life.script.come_back();
        while !writer.is_finished() {
            // Until there is room; then the writer needs no time.
            if life.mail.dirty_count() > 0 {
                life.clock.advance(SECOND);
            }
            std::thread::yield_now();
        }
        writer.join().unwrap().unwrap();
    });
    assert!(life.shop.read().orders.get(&3).is_some());
    answered(life.mail.flush()).unwrap();
    assert_eq!((life.mail.dirty_count(), life.mail.stats().dirty_bytes), (0, 0));
    assert!(world.store.get(&key(3)).is_some());
}

#[test]
fn a_transaction_does_not_wait_for_ever_for_room_with_the_cache() {
    for is_async in [false, true] {
        let mut world = World::new(1);
        world.room_wait = Duration::from_millis(1);
        let life = world.open_as(two()).unwrap();
        life.order(1).unwrap();
        life.order(2).unwrap();
        let error = if is_async {
            let mail = life.mail.clone();
            let written = life.shop.write_async(Durability::Journaled, move |tx| {
                tx.orders.put(3, order(3))?;
                tx.enlist(&mail)?.put(key(3), b"thank you".to_vec())
            });
            answered(written).unwrap_err()
        } else {
            life.order(3).unwrap_err()
        };
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(error.retry_after().is_some() && !life.has(3));
        // Nobody waits behind it, and what it wanted is left to others.
        life.shop.write(|tx| tx.orders.put(4, order(4))).unwrap();
        life.script.come_back();
        life.clock.advance(SECOND * 60);
        answered(life.mail.flush()).unwrap();
        assert_eq!((life.mail.dirty_count(), life.mail.stats().dirty_bytes), (0, 0));
        life.script.go_down();
        life.order(5).unwrap();
        life.order(6).unwrap();
        world.kill(life);
        let life = world.open();
        assert!(!life.has(3) && life.has(5) && life.has(6));
    }
}

#[test]
fn a_full_journal_refuses_the_transaction_and_neither_is_there() {
    let mut world = World::new(1);
    // Nobody makes room.
    world.snapshots.bytes_min = u64::MAX;
    let life = world.open();
    let mut written = 0;
    let error = loop {
        let long = super::rig::Order { what: "kettles".repeat(4000) };
        let order = life.shop.write(|tx| {
            tx.orders.put(written, long)?;
            tx.enlist(&life.mail)?.put(key(written), vec![1])
        });
        match order {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(written > 4 && !life.has(written));
    assert_eq!(life.mail.dirty_count(), usize::try_from(written).unwrap());
    world.kill(life);
    let life = world.open();
    assert!((0..written).all(|number| life.has(number)) && !life.has(written));
}

#[test]
fn a_transaction_that_waited_for_a_snapshot_takes_its_partner_along() {
    for is_async in [false, true] {
        let mut world = World::new(1);
        world.segments = 16;
        let life = world.open();
        let text = vec![1; 2000];
        // The cache holds up nothing for long: it is the state that fills the journal.
        life.script.come_back();
        for number in 0..200_u64 {
            let mail = life.mail.clone();
            let (what, text) = ("kettles".repeat(2000), text.clone());
            let write = move |tx: &mut <super::rig::Shop as forebay_state::Tables>::Tx<'_>| {
                // Names that were never told before are told with it.
                tx.orders.put(number % 9, super::rig::Order { what })?;
                tx.stock.put("newest".into(), number)?;
                tx.enlist(&mail)?.put(key(number % 5), text)
            };
            if is_async {
                answered(life.shop.write_async(Durability::Journaled, write)).unwrap();
            } else {
                life.shop.write(write).unwrap();
            }
            life.clock.advance(SECOND);
        }
        let made = snapshots(&world);
        assert_eq!(made.len(), 1, "it was full");
        // The room was made, so what fails next is no reason for another.
        let busy = || Err::<(), _>(Error::busy("not today", SECOND));
        life.shop.write(|_| busy()).unwrap_err();
        answered(life.shop.write_async(Durability::Journaled, move |_| busy())).unwrap_err();
        assert_eq!(snapshots(&world), made);
        world.kill(life);
        let life = world.open();
        assert_eq!(life.shop.read().stock.get("newest"), Some(&199));
        for number in 0..5 {
            let mail = life.mail.peek(&key(number)).or_else(|| world.store.get(&key(number)));
            assert_eq!(mail, Some(vec![1; 2000]));
        }
    }
}

#[test]
fn a_state_makes_a_snapshot_when_the_journal_is_full_and_goes_on() {
    let world = World::new(1);
    let life = world.open();
    life.script.come_back();
    let (mut written, mut refused) = (0, 0);
    while written < 100 {
        let long = super::rig::Order { what: "kettles".repeat(4000) };
        let order = life.shop.write(|tx| {
            tx.orders.put(written % 3, long)?;
            tx.enlist(&life.mail)?.put(key(written), vec![1])
        });
        match order {
            Ok(()) => written += 1,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Busy);
                refused += 1;
                assert!(refused < 50, "nobody makes room");
                life.clock.advance(SECOND);
                answered(life.mail.flush()).unwrap();
            }
        }
    }
    assert!(!snapshots(&world).is_empty(), "nothing else makes room for so much");
    assert!(life.shop.troubles().is_empty());
}

fn snapshots(world: &World) -> Vec<String> {
    world.disk.files("shop").into_iter().filter(|name| name.starts_with("snap-")).collect()
}

#[test]
fn a_state_that_does_nothing_lets_go_of_what_the_cache_wants_to_be_rid_of() {
    let world = World::new(1);
    let life = world.open();
    life.script.come_back();
    life.order(1).unwrap();
    let mut refused = 0;
    for number in 0..200 {
        while let Err(error) = answered(life.mail.put(key(number % 7), vec![1; 9000])) {
            assert_eq!(error.kind(), ErrorKind::Busy);
            refused += 1;
            assert!(refused < 50, "nobody makes room");
            life.clock.advance(SECOND);
        }
        life.clock.advance(SECOND);
        answered(life.mail.flush()).unwrap();
    }
    let made = snapshots(&world);
    assert_eq!(made.len(), 1, "it has made one, for what it held was old");
    for number in 0..200 {
        answered(life.mail.put(key(number % 7), vec![1; 9000])).unwrap();
        life.clock.advance(SECOND);
        answered(life.mail.flush()).unwrap();
    }
    assert_eq!(snapshots(&world), made, "and no other, for nothing has changed in it");
    world.kill(life);
    let life = world.open();
    assert_eq!(life.shop.read().orders.get(&1), Some(&order(1)));
}

/// Puts until the journal is full of them: the store is down, and each value has to be kept.
fn fill(life: &Life) -> Vec<Op<Receipt>> {
    let mut puts = Vec::new();
    while puts.last().is_none_or(Op::is_ready) {
        puts.push(life.mail.put(key(10 + puts.len() as u64), vec![1; 9000]));
    }
    puts
}

#[test]
fn a_state_that_rests_does_not_have_a_cache_in_a_full_journal_write_forward_again_and_again() {
    let world = World::new(1);
    let life = world.open();
    life.order(1).unwrap();
    let mut puts = fill(&life);
    let newest =
        || world.disk.files("journal").into_iter().filter(|name| name.contains(".seg")).max();
    let mut longer = 0;
    for second in 0..300 {
        let before = newest();
        puts.push(life.mail.put(key(second), vec![1; 9000]));
        (0..10).for_each(|_| life.clock.advance(SECOND / 10));
        longer += usize::from(newest() > before);
    }
    assert!(longer <= 2, "the journal has become longer {longer} times, and nothing has come in");
}

#[test]
fn transactions_that_are_refused_again_and_again_do_not_fill_the_disk() {
    let world = World::new(1);
    let life = world.open();
    life.order(1).unwrap();
    let _puts = fill(&life);
    let segments = || world.disk.files("journal").into_iter().filter(|name| name.contains(".seg"));
    let (mut refused, mut most) = (0, 0);
    for number in 0..500 {
        let what = "kettles".repeat(1000);
        let order = super::rig::Order { what };
        refused += usize::from(life.shop.write(|tx| tx.orders.put(number % 2, order)).is_err());
        life.clock.advance(SECOND);
        most = most.max(segments().count());
    }
    assert!(refused > 100, "{refused}");
    assert!(most as u64 <= 3 * world.segments, "{most} segments of {}", world.segments);
}

#[test]
fn the_caches_records_do_not_bring_the_next_snapshot_nearer() {
    let mut world = World::new(1);
    world.segments = 64;
    world.snapshots = SnapshotSettings::default();
    world.snapshots.bytes_min = 100 << 10;
    let life = world.open();
    for number in 0..30 {
        answered(life.mail.put(key(number), vec![1; 9000])).unwrap();
        life.shop.write(|tx| tx.stock.put("kettles".into(), number)).unwrap();
    }
    for _ in 0..64 {
        life.shop.write(|tx| tx.stock.put("kettles".into(), 1)).unwrap();
    }
    assert!(snapshots(&world).is_empty(), "the state has written next to nothing");
    for number in 0..150 {
        let what = "kettles".repeat(150);
        life.shop.write(|tx| tx.orders.put(number, super::rig::Order { what })).unwrap();
    }
    assert_eq!(snapshots(&world).len(), 1);
}
