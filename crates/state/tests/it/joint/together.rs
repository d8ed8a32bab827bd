//! Both, or neither.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_state::State;
use forebay_store::{Durability, Error, ErrorKind, MemoryStore};

use super::rig::{Life, Mail, Shop, World, answered, key, order};

#[test]
fn what_was_written_together_is_there_together() {
    let world = World::new(1);
    let life = world.open();
    life.order(1).unwrap();
    assert!(life.has(1));
    world.kill(life);
    let life = world.open();
    assert!(life.has(1));
    assert_eq!(life.shop.report().transactions, 1);
    life.script.come_back();
    answered(life.mail.flush()).unwrap();
    assert_eq!(world.store.get(&key(1)), Some(b"thank you".to_vec()));
}

#[test]
fn what_was_synced_together_survives_a_power_cut() {
    let world = World::new(1);
    let life = world.open();
    let write = |tx: &mut <Shop as forebay_state::Tables>::Tx<'_>| {
        tx.orders.put(1, order(1))?;
        tx.enlist(&life.mail)?.put(key(1), vec![])
    };
    life.shop.write_at(Durability::Synced, write).unwrap();
    world.power_cut(life);
    assert!(world.open().has(1));
}

/// None of it, now or after a restart, and nobody is held up.
fn nothing_happened(world: &World, life: Life) {
    assert!(!life.has(1));
    assert_eq!((life.mail.dirty_count(), life.mail.stats().dirty_bytes), (0, 0));
    life.order(2).unwrap();
    world.kill(life);
    let life = world.open();
    assert!(!life.has(1) && life.has(2));
}

#[test]
fn an_error_leaves_neither() {
    let world = World::new(1);
    let life = world.open();
    let written = life.shop.write(|tx| {
        tx.orders.put(1, order(1))?;
        tx.enlist(&life.mail)?.put(key(1), vec![])?;
        Err::<(), _>(Error::refused("no kettles are left"))
    });
    assert_eq!(written.unwrap_err().kind(), ErrorKind::Refused);
    nothing_happened(&world, life);
}

#[test]
fn a_panic_leaves_neither() {
    for is_async in [false, true] {
        let world = World::new(1);
        let life = world.open();
        let mail = life.mail.clone();
        let write = move |tx: &mut <Shop as forebay_state::Tables>::Tx<'_>| -> Result<(), Error> {
            tx.orders.put(1, order(1))?;
            tx.enlist(&mail)?.put(key(1), vec![])?;
            panic!("it falls")
        };
        if is_async {
            let written = answered(life.shop.write_async(Durability::Memory, write));
            assert_eq!(written.unwrap_err().kind(), ErrorKind::Aborted);
        } else {
            catch_unwind(AssertUnwindSafe(|| life.shop.write(write))).unwrap_err();
        }
        nothing_happened(&world, life);
    }
}

#[test]
fn every_way_of_writing_takes_others_along() {
    let world = World::new(1);
    let life = world.open();
    let write = |number: u64| {
        let mail = life.mail.clone();
        move |tx: &mut <Shop as forebay_state::Tables>::Tx<'_>| {
            tx.orders.put(number, order(number))?;
            tx.enlist(&mail)?.put(key(number), vec![])
        }
    };
    let ticket = life.shop.submit(Durability::Synced, write(1)).unwrap();
    assert!(life.mail.peek(&key(1)).is_some(), "the cache shows what is accepted");
    assert!(life.shop.read().orders.get(&1).is_none(), "the state shows what is at its rung");
    let op = life.shop.write_async(Durability::Synced, write(2));
    ticket.receipt.shown().wait().unwrap();
    op.wait().unwrap();
    life.shop.write_at(Durability::Memory, write(3)).unwrap();
    assert!(life.has(1) && life.has(2) && life.has(3));
    world.power_cut(life);
    let life = world.open();
    assert!(life.has(1) && life.has(2));
}

#[test]
fn who_is_enlisted_twice_collects_all_and_the_last_write_of_a_key_counts() {
    let world = World::new(1);
    let life = world.open();
    life.shop
        .write(|tx| {
            tx.enlist(&life.mail)?.put(key(1), b"first".to_vec())?;
            tx.enlist(&life.mail.clone())?.put(key(2), b"other".to_vec())?;
            tx.enlist(&life.mail)?.put(key(1), b"last".to_vec())?;
            assert_eq!(tx.enlist(&life.mail)?.len(), 2);
            Ok(())
        })
        .unwrap();
    world.kill(life);
    let life = world.open();
    assert_eq!(life.mail.peek(&key(1)), Some(b"last".to_vec()), "without a change of a table, too");
    assert_eq!(life.mail.peek(&key(2)), Some(b"other".to_vec()));
}

#[test]
fn a_delete_goes_along_as_a_put_does() {
    let world = World::new(1);
    let life = world.open();
    life.order(1).unwrap();
    life.shop
        .write(|tx| {
            assert!(tx.orders.delete(&1));
            tx.enlist(&life.mail)?.delete(key(1))
        })
        .unwrap();
    assert!(!life.has(1));
    world.kill(life);
    let life = world.open();
    life.script.come_back();
    assert_eq!(answered(life.mail.get(&key(1))).unwrap(), None);
    assert!(life.shop.read().orders.is_empty());
}

#[test]
fn who_shares_no_journal_is_not_enlisted() {
    let life = World::new(1).open();
    let memory = State::<Shop>::memory();
    let error = memory.write(|tx| tx.enlist(&life.mail).map(drop)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);

    let world = World::new(2);
    let seams = life.clock.seams(7);
    let alone = State::<Shop>::builder(world.home()).seams(seams).open().unwrap();
    let error = alone.write(|tx| tx.enlist(&life.mail).map(drop)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);

    let other = World::new(3).open();
    let error = other.shop.write(|tx| tx.enlist(&life.mail).map(drop)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);

    let builder = Mail::builder(MemoryStore::<String, Vec<u8>>::new()).seams(life.clock.seams(8));
    let no_journal = answered(builder.open()).unwrap();
    let error = life.shop.write(|tx| tx.enlist(&no_journal).map(drop)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn what_does_not_fit_into_a_frame_together_is_refused_and_neither_is_there() {
    // A table's change that alone would go out in parts; a message that is too long; both nearly.
    for (order_length, mail_length) in [(100_000, 10), (10, 100_000), (40_000, 20_000)] {
        let world = World::new(1);
        let life = world.open();
        let written = life.shop.write(|tx| {
            tx.orders.put(1, super::rig::Order { what: "o".repeat(order_length) })?;
            tx.enlist(&life.mail)?.put(key(1), vec![1; mail_length])
        });
        assert_eq!(written.unwrap_err().kind(), ErrorKind::Refused);
        nothing_happened(&world, life);
    }
}
