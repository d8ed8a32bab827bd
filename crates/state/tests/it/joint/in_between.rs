//! What comes between the beginning of a joint transaction and its end.

use forebay_journal::disk::simulated::{Call, Fault};
use forebay_store::{Durability, ErrorKind};

use super::rig::{SECOND, World, answered, key, order};

#[test]
fn after_the_cache_has_closed_nothing_happens_and_the_state_goes_on() {
    let world = World::new(1);
    let life = world.open();
    life.order(1).unwrap();
    let closing = life.mail.close(SECOND);
    let error = life.order(2).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(life.shop.read().orders.get(&2).is_none());
    life.shop.write(|tx| tx.orders.put(3, order(3))).unwrap();
    life.clock.advance(SECOND);
    assert_eq!(answered(closing).unwrap().left, 1);
    life.shop.write(|tx| tx.orders.put(4, order(4))).unwrap();
    world.kill(life);
    let life = world.open();
    assert!(life.has(1) && !life.has(2));
    assert_eq!(life.shop.read().orders.len(), 3);
}

#[test]
fn a_cache_that_closes_within_the_transaction_is_met_before_anything_happens() {
    let world = World::new(1);
    let life = world.open();
    life.order(1).unwrap();
    let written = life.shop.write(|tx| {
        tx.orders.put(2, order(2))?;
        tx.enlist(&life.mail)?.put(key(2), vec![])?;
        drop(life.mail.close(SECOND));
        Ok(())
    });
    assert_eq!(written.unwrap_err().kind(), ErrorKind::Closed);
    assert!(life.shop.read().orders.get(&2).is_none());
    world.kill(life);
    let life = world.open();
    assert!(life.has(1) && !life.has(2));
}

#[test]
fn after_the_state_has_closed_the_cache_goes_on() {
    let world = World::new(1);
    let life = world.open();
    life.order(1).unwrap();
    life.shop.close().wait().unwrap();
    assert_eq!(life.order(2).unwrap_err().kind(), ErrorKind::Closed);
    answered(life.mail.put(key(3), vec![])).unwrap();
    life.script.come_back();
    assert_eq!(answered(life.mail.close(SECOND)).unwrap().left, 0);
    drop(life);
    let life = world.open();
    assert!(life.shop.report().recovery.as_ref().unwrap().was_clean, "the last one has closed it");
    assert_eq!(life.shop.read().orders.len(), 1);
    assert!(world.store.get(&key(1)).is_some() && world.store.get(&key(3)).is_some());
    assert!(world.store.get(&key(2)).is_none());
}

#[test]
fn a_journal_that_fails_leaves_both_or_neither() {
    let mut failed = 0;
    for call in [Call::Write, Call::Sync, Call::Create] {
        for nth in 1..4 {
            let world = World::new(1);
            let life = world.open();
            life.order(1).unwrap();
            world.disk.fail_from(call, nth, Fault::Error);
            let written = life.shop.write_at(Durability::Synced, |tx| {
                tx.orders.put(2, order(2))?;
                tx.enlist(&life.mail)?.put(key(2), vec![])
            });
            let Err(error) = written else {
                world.disk.heal();
                world.power_cut(life);
                assert!(world.open().has(2), "it was synced");
                continue;
            };
            failed += 1;
            assert_eq!(error.kind(), ErrorKind::Unknown, "{call:?} {nth}");
            assert!(life.shop.read().orders.get(&2).is_none(), "it was not acknowledged");
            assert_eq!(life.order(3).unwrap_err().kind(), ErrorKind::Unavailable);
            life.script.come_back();
            life.clock.advance(SECOND);
            assert_eq!(world.store.get(&key(2)), None, "and so it is not stored");
            world.disk.heal();
            world.kill(life);
            let life = world.open();
            assert!(life.has(1) && !life.has(3));
            life.has(2);
        }
    }
    assert!(failed > 1, "{failed}");
}

#[test]
fn an_order_is_what_it_was_to_the_cache_although_a_snapshot_has_it() {
    let world = World::new(1);
    let life = world.open();
    for number in 0..3 {
        life.order(number).unwrap();
    }
    life.shop.snapshot().wait().unwrap();
    life.order(3).unwrap();
    world.kill(life);
    let life = world.open();
    assert_eq!(life.shop.report().transactions, 1, "the others are in the snapshot");
    assert!((0..4).all(|number| life.has(number)), "the cache still needs them of the journal");
}

#[test]
fn what_the_cache_has_stored_is_still_the_states_to_read() {
    let world = World::new(1);
    let life = world.open();
    life.script.come_back();
    for number in 0..30 {
        life.order(number).unwrap();
        let text = vec![1; 9000];
        answered(life.mail.put(key(1000 + number), text)).unwrap();
        life.clock.advance(SECOND);
        answered(life.mail.flush()).unwrap();
    }
    assert_eq!(life.mail.dirty_count(), 0);
    world.kill(life);
    let life = world.open();
    assert_eq!(life.shop.read().orders.len(), 30);
}
