//! A tenant that is gone while others stay.

use std::sync::Arc;

use forebay_cache::{Settings, WhenFull};
use forebay_state::{State, Tables};
use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Job, Spawn};
use forebay_store::sync::Mutex;
use forebay_store::{Durability, ErrorKind, Seams};

use super::rig::{Life, Order, SECOND, Shop, World, answered, key};

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
    for when_full in [WhenFull::default(), WhenFull::Refuse] {
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
fn a_state_that_is_gone_is_not_blamed_for_what_the_disk_has_not_taken_yet() {
    let mut world = World::new(1);
    world.buffer_max = 20_000;
    let refusing = Settings { when_full: WhenFull::Refuse, ..Settings::default() };
    let Life { shop, mail, .. } = world.open_as(refusing).unwrap();
    shop.write_at(Durability::Synced, |tx| tx.stock.put("kettles".into(), 1)).unwrap();
    shop.close().wait().unwrap();
    drop(shop);
    let refused = (0..9).find_map(|number| answered(mail.put(key(number), vec![1; 9000])).err());
    let told = refused.unwrap().to_string();
    assert!(!told.contains("shop"), "{told}");
    // Somebody has made room meanwhile.
    answered(mail.put(key(9), vec![1; 9000])).unwrap();
}

#[test]
fn a_state_makes_no_snapshot_for_a_journal_that_a_cache_which_is_gone_keeps_full() {
    for is_async in [false, true] {
        let world = World::new(1);
        let Life { shop, mail, clock, .. } = world.open();
        answered(mail.put(key(1), vec![1])).unwrap();
        let closing = mail.close(SECOND);
        clock.advance(SECOND * 2);
        assert!(!answered(closing).unwrap().is_clean());
        drop(mail);
        // From now on the mail has the oldest record.
        shop.snapshot().wait().unwrap();
        let before = world.disk.files("shop");
        let told = (0..200_u64).find_map(|number| {
            let what = "kettles".repeat(2000);
            let write =
                move |tx: &mut <Shop as Tables>::Tx<'_>| tx.orders.put(number % 9, Order { what });
            if is_async {
                answered(shop.write_async(Durability::Journaled, write)).err()
            } else {
                shop.write(write).err()
            }
        });
        let told = told.unwrap().to_string();
        assert!(told.contains("of the tenant `mail`"), "{told}");
        assert_eq!(world.disk.files("shop"), before, "another snapshot would help nobody");
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

/// Keeps the jobs that it is given until the test has them done.
#[derive(Default)]
struct Later(Mutex<Vec<Job>>);

impl Spawn for Later {
    fn run(&self, job: Job) {
        self.0.lock().push(job);
    }
}

#[test]
fn the_last_one_to_close_gives_the_journal_back_though_one_that_was_dropped_makes_a_snapshot() {
    let world = World::new(1);
    let (clock, jobs) = (ManualClock::new(), Arc::new(Later::default()));
    let (mail, script) = world.mail(&clock, Settings::default());
    script.come_back();
    let seams = Seams { spawn: Arc::clone(&jobs) as Arc<dyn Spawn>, ..clock.seams(1) };
    let shop = State::<Shop>::builder(world.home()).seams(seams).tenant("shop");
    let (shop, mail) = world.journal(&clock).open((shop, mail)).unwrap();
    shop.write(|tx| tx.stock.put("kettles".into(), 1)).unwrap();
    let asked = shop.snapshot();
    drop(shop.clone());
    drop(shop);
    let closing = mail.close(SECOND);
    clock.advance(SECOND);
    assert!(answered(closing).unwrap().is_clean());
    let begun: Vec<_> = std::mem::take(&mut *jobs.0.lock());
    for job in begun {
        job();
    }
    assert_eq!(answered(asked).unwrap_err().kind(), ErrorKind::Aborted, "nobody wants it");
    let life = world.open();
    assert!(life.shop.report().recovery.as_ref().unwrap().was_clean);
    assert_eq!(life.shop.read().stock.get("kettles"), Some(&1));
}
