//! A tenant that is gone while others stay.

use forebay_cache::{Settings, WhenFull};
use forebay_state::State;
use forebay_store::ErrorKind;

use super::rig::{Life, SECOND, World, answered, key};

/// Writes mails until the journal is full, and says what is told then.
fn fill(life: &Life) -> String {
    life.script.come_back();
    for number in 0..2000 {
        match answered(life.mail.put(key(number % 7), vec![1; 9000])) {
            Ok(_) => {
                life.clock.advance(SECOND);
                answered(life.mail.flush()).unwrap();
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Busy);
                return error.to_string();
            }
        }
    }
    String::new()
}

#[test]
fn a_state_that_is_gone_keeps_what_it_needs_and_the_others_are_told_who_that_is() {
    for when_full in [WhenFull::Wait, WhenFull::Refuse] {
        for is_closed in [false, true] {
            let world = World::new(1);
            let mut life = world.open_as(Settings { when_full, ..Settings::default() }).unwrap();
            life.order(1).unwrap();
            let shop = std::mem::replace(&mut life.shop, State::memory());
            if is_closed {
                shop.close().wait().unwrap();
            }
            drop(shop);
            let told = fill(&life);
            assert!(told.contains("of the tenant `shop`"), "it says who it is: {told:?}");
            world.kill(life);
            let life = world.open();
            assert!(life.shop.read().orders.get(&1).is_some(), "it was acknowledged");
        }
    }
}

#[test]
fn the_last_one_to_close_gives_the_journal_back_though_another_was_only_dropped() {
    let world = World::new(1);
    let Life { shop, mail, script, clock } = world.open();
    script.come_back();
    drop(shop);
    let closing = mail.close(SECOND);
    clock.advance(SECOND);
    assert!(answered(closing).unwrap().is_clean());
    // Its handle is there still.
    drop(world.open());
    drop(mail);
}
