//! Nobody waits for ever.

use std::error::Error as _;
use std::sync::{Arc, Weak};
use std::time::Duration;

use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::{Error, ErrorKind};

use super::rig::{PATIENCE, World, patient, world};
use crate::budget::{Cause, Press, Purpose, Rank, Room, WhenFull};

#[test]
fn who_waits_for_too_long_is_busy_and_hears_why() {
    let world = world(100);
    let hand = world.hand();
    let _room = world.ledger.take_now(100, Purpose::Resident).unwrap();
    let wish = world.insert(60);
    *hand.why.lock() = Some(Cause::Medium(Error::unavailable("the disk does not answer")));
    world.clock.advance(PATIENCE.checked_sub(Duration::from_nanos(1)).unwrap());
    assert!(wish.waits());
    world.clock.advance(Duration::from_nanos(1));
    assert_eq!(wish.kind(), ErrorKind::Busy);
    assert_eq!(wish.error().source().unwrap().to_string(), "the disk does not answer");
    assert_eq!(world.ledger.standing().waiting, 0);
}

#[test]
fn whoever_was_held_up_by_one_who_gave_up_is_served() {
    let world = world(100);
    let _room = world.ledger.take_now(50, Purpose::Resident).unwrap();
    let large = world.ask(60, Rank::Insert, WhenFull::Wait(Duration::from_secs(1)));
    let small = world.insert(50);
    assert!(small.waits());
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(large.kind(), ErrorKind::Busy);
    assert!(small.has_room());
}

#[test]
fn there_is_one_timer_for_all_who_wait() {
    let world = world(100);
    let _room = world.ledger.take_now(100, Purpose::Resident).unwrap();
    let waiting: Vec<_> = (0..1_000)
        .map(|_| {
            world.clock.advance(Duration::from_millis(1));
            world.insert(1)
        })
        .collect();
    assert_eq!(world.clock.timers(), 1);
    world.clock.advance(PATIENCE.checked_sub(Duration::from_millis(500)).unwrap());
    let ended = waiting.iter().filter(|wish| !wish.waits()).count();
    assert_eq!((ended, world.clock.timers()), (500, 1));
    world.clock.advance(PATIENCE);
    assert!(waiting.iter().all(|wish| !wish.waits()));
    assert_eq!(world.clock.timers(), 0);
}

#[test]
fn who_is_less_patient_does_not_wait_for_the_others_timer() {
    let world = world(100);
    let _room = world.ledger.take_now(100, Purpose::Resident).unwrap();
    let (long, short) = (world.insert(1), Duration::from_secs(1));
    let soon = world.ask(1, Rank::Insert, WhenFull::Wait(short));
    world.clock.advance(short);
    assert!(!soon.waits() && long.waits());
    world.clock.advance(PATIENCE);
    assert!(!long.waits());
}

/// Takes a second to free what it has been given.
struct Slow {
    clock: Arc<ManualClock>,
    frees: Mutex<Option<Room>>,
}

impl Press for Slow {
    fn press(&self) {
        self.clock.advance(Duration::from_secs(1));
        let freed = self.frees.lock().take();
        drop(freed);
    }
}

/// All room is taken, and somebody waits for a second for some, which is how long it takes to free it.
fn slow(world: &World) -> Arc<Slow> {
    let room = world.ledger.take_now(100, Purpose::Resident);
    let waits = world.ask(1, Rank::Insert, WhenFull::Wait(Duration::from_secs(1)));
    assert!(waits.waits());
    let slow = Arc::new(Slow { clock: Arc::clone(&world.clock), frees: Mutex::new(room) });
    let weak: Weak<Slow> = Arc::downgrade(&slow);
    world.ledger.on_pressure(weak);
    slow
}

#[test]
fn who_does_not_wait_is_not_sent_away_by_the_timer_of_another_one() {
    let world = patient(100, WhenFull::Fail);
    let _slow = slow(&world);
    assert!(world.ledger.try_take(60, Purpose::Resident, Rank::Insert).is_ok());
    assert_eq!(world.clock.timers(), 0);
}

#[test]
fn a_smaller_budget_for_which_nobody_waits_is_not_given_up_by_the_timer_of_another_one() {
    let world = patient(100, WhenFull::Fail);
    let _slow = slow(&world);
    world.ledger.set_budget(50).wait().unwrap();
}
