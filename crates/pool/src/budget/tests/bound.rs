//! Another budget, and none any more.

use forebay_store::ErrorKind;

use super::rig::{PATIENCE, patient, world};
use crate::budget::{Purpose, WhenFull};
use crate::medium::Account;

#[test]
fn a_larger_budget_holds_at_once_and_serves_the_line() {
    let world = world(100);
    let _room = world.ledger.take_now(100, Purpose::Resident).unwrap();
    let wish = world.insert(60);
    let op = world.ledger.set_budget(200);
    assert!(op.is_ready() && wish.has_room());
    assert_eq!(world.ledger.standing().high, 190);
}

#[test]
fn a_smaller_budget_is_answered_when_it_holds() {
    let world = world(100);
    let hand = world.hand();
    let room = world.ledger.take_now(60, Purpose::Resident).unwrap();
    let op = world.ledger.set_budget(50);
    assert!(!op.is_ready() && world.ledger.wanted());
    assert_eq!(hand.pressed.load(std::sync::atomic::Ordering::SeqCst), 1);
    assert!(world.ledger.take_now(1, Purpose::Resident).is_none());
    drop(room);
    op.wait().unwrap();
}

#[test]
fn a_smaller_budget_that_does_not_hold_in_time_is_busy_and_stays() {
    let world = world(100);
    let room = world.ledger.take_now(60, Purpose::Resident).unwrap();
    let op = world.ledger.set_budget(50);
    world.clock.advance(PATIENCE);
    assert_eq!(op.wait().unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(world.ledger.standing().budget, 50);
    drop(room);
    let impatient = patient(100, WhenFull::Fail);
    let _room = impatient.ledger.take_now(60, Purpose::Resident).unwrap();
    assert_eq!(impatient.ledger.set_budget(50).wait().unwrap_err().kind(), ErrorKind::Busy);
}

#[test]
fn who_will_never_fit_into_a_smaller_budget_is_refused_and_the_rest_goes_on() {
    let world = world(100);
    let _room = world.ledger.take_now(45, Purpose::Resident).unwrap();
    let [large, small, load] = [world.insert(60), world.insert(5), world.load(60)];
    world.ledger.set_budget(50).wait().unwrap();
    assert_eq!(large.kind(), ErrorKind::Refused);
    assert!(small.has_room() && load.waits());
}

#[test]
fn a_budget_is_at_least_twice_what_the_pool_itself_needs() {
    let world = world(100);
    let _own = world.ledger.own(30);
    assert_eq!(world.ledger.set_budget(59).wait().unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(world.ledger.standing().budget, 100);
    world.ledger.set_budget(60).wait().unwrap();
}

#[test]
fn who_does_not_fit_beside_what_passes_by_waits_for_it() {
    let world = world(100);
    let passing = Account::of(&world.ledger).take(60).unwrap();
    let wish = world.insert(50);
    assert!(wish.waits());
    world.ledger.set_budget(90).wait().unwrap();
    drop(passing);
    assert!(wish.has_room());
}

#[test]
fn a_closed_ledger_answers_all_and_serves_nobody() {
    let world = world(100);
    let room = world.ledger.take_now(100, Purpose::Resident).unwrap();
    let (wish, op) = (world.insert(60), world.ledger.set_budget(50));
    assert_eq!(wish.kind(), ErrorKind::Refused);
    let wish = world.insert(10);
    world.ledger.close();
    assert_eq!(wish.kind(), ErrorKind::Closed);
    assert_eq!(op.wait().unwrap_err().kind(), ErrorKind::Closed);
    drop(room);
    assert_eq!(world.insert(1).kind(), ErrorKind::Closed);
    assert!(world.ledger.take_now(1, Purpose::Resident).is_none());
    assert_eq!(world.ledger.set_budget(90).wait().unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(world.ledger.exceed(1, Purpose::Resident).bytes(), 1, "what ends may still grow");
}

#[test]
fn a_bound_that_is_not_taken_changes_nothing_and_loses_nobody() {
    let world = world(1_000);
    let _room = world.ledger.take_now(1_000, Purpose::Resident).unwrap();
    let wish = world.insert(800);
    let all: Vec<_> = (0..1_024).map(|_| world.ledger.set_budget(900)).collect();
    let error = world.ledger.set_budget(500).wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert_eq!(world.ledger.standing().budget, 900);
    assert!(wish.waits() && all.iter().all(|op| !op.is_ready()));
}
