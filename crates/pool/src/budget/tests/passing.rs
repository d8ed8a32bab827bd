//! Who may pass the first in the line.

use super::rig::world;
use crate::budget::Purpose;

#[test]
fn nobody_passes_as_long_as_somebody_may_be_evicted() {
    let world = world(100);
    let _room = world.ledger.take_now(50, Purpose::Resident).unwrap();
    let _large = world.insert(60);
    let small = world.load(10);
    assert!(small.waits());
    world.ledger.let_pass(true);
    assert!(small.has_room());
    world.ledger.let_pass(false);
    assert!(world.load(10).waits());
}

#[test]
fn loads_pass_before_inserts() {
    let world = world(100);
    let _room = world.ledger.take_now(50, Purpose::Resident).unwrap();
    let _large = world.insert(60);
    let [insert, load] = [world.insert(40), world.load(40)];
    world.ledger.let_pass(true);
    assert!(load.has_room() && insert.waits());
}

#[test]
fn sixty_four_pass_the_first_and_then_nobody_does() {
    let world = world(100);
    let room = world.ledger.take_now(50, Purpose::Resident).unwrap();
    let large = world.insert(60);
    world.ledger.let_pass(true);
    for _ in 0..64 {
        let small = world.load(10);
        assert!(small.has_room());
        small.end();
    }
    let small = world.load(10);
    assert!(small.waits(), "it has been passed often enough");
    drop(room);
    assert!(large.has_room() && small.has_room());
}

#[test]
fn the_next_first_is_not_passed_because_the_last_one_was() {
    let world = world(100);
    let room = world.ledger.take_now(50, Purpose::Resident).unwrap();
    let [large, next] = [world.insert(60), world.insert(70)];
    world.ledger.let_pass(true);
    drop(room);
    assert!(large.has_room() && next.waits());
    assert!(world.load(10).waits());
}
