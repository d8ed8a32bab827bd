//! Who leaves, and how many.

use std::sync::Arc;

use super::rig::world;
use crate::budget::Purpose;

#[test]
fn who_waits_for_room_has_as_much_evicted_as_he_lacks() {
    let world = world(1_000);
    let saved: Vec<_> = (0..10).map(|_| world.object(100, true)).collect();
    let wish = world.insert(150);
    assert!(wish.has_room());
    let left = saved.iter().filter(|object| !object.is_here()).count();
    assert_eq!((left, world.used()), (2, 950));
}

#[test]
fn what_is_not_saved_is_written_first_and_leaves_then() {
    let world = world(1_000);
    let unsaved: Vec<_> = (0..10).map(|_| world.object(100, false)).collect();
    let wish = world.insert(100);
    assert!(wish.has_room());
    let left: Vec<_> = unsaved.iter().filter(|object| !object.is_here()).collect();
    assert!(left.iter().all(|object| object.is_saved()));
    assert_eq!(left.len(), 2, "one for who waits, one for the high mark");
}

#[test]
fn what_was_touched_stays_as_long_as_something_else_can_leave() {
    let world = world(1_000);
    let saved: Vec<_> = (0..10).map(|_| world.object(100, true)).collect();
    saved[0].touch();
    let wish = world.insert(100);
    assert!(wish.has_room() && saved[0].is_here() && !saved[1].is_here());
}

#[test]
fn what_is_looked_at_stays() {
    let world = world(300);
    let saved: Vec<_> = (0..3).map(|_| world.object(100, true)).collect();
    saved[0].hold();
    saved[1].hold();
    let wish = world.insert(100);
    assert!(wish.has_room());
    assert_eq!(
        saved.iter().map(|object| object.is_here()).collect::<Vec<_>>(),
        [true, true, false]
    );
}

#[test]
fn above_the_high_mark_objects_leave_down_to_it() {
    let world = world(1_000);
    let saved: Vec<_> = (0..100).map(|_| world.object(10, true)).collect();
    world.press();
    assert_eq!(world.used(), 950);
    assert!(saved[..5].iter().all(|object| !object.is_here()));
}

#[test]
fn for_the_high_mark_alone_nothing_leaves_that_would_leave_less_than_the_low_one() {
    let world = world(64);
    let saved: Vec<_> = (0..4).map(|_| world.object(16, true)).collect();
    world.press();
    assert!(saved.iter().all(|object| object.is_here()), "a pool of four has four");
    assert!(world.insert(16).has_room(), "but for somebody who waits it has three");
}

#[test]
fn more_than_the_budget_is_evicted_although_nobody_waits() {
    let world = world(100);
    let saved = world.object(50, true);
    let _grown = world.inner.ledger.exceed(70, Purpose::Resident);
    world.press();
    assert!(!saved.is_here());
    assert_eq!(world.heard(|event| matches!(event, crate::event::Event::OverBudget { .. })), 0);
}

#[test]
fn it_is_told_once_that_more_is_taken_than_there_is() {
    let is_over = |event: &crate::event::Event| matches!(event, crate::event::Event::OverBudget { bytes } if bytes.as_bytes() == 20);
    let world = world(100);
    let grown = world.inner.ledger.exceed(120, Purpose::Resident);
    world.press();
    world.press();
    assert_eq!(world.heard(is_over), 1);
    drop(grown);
    world.press();
    let _grown = world.inner.ledger.exceed(120, Purpose::Resident);
    world.press();
    assert_eq!(world.heard(is_over), 2);
}

#[test]
fn a_smaller_budget_evicts_until_it_holds() {
    let world = world(1_000);
    let saved: Vec<_> = (0..10).map(|_| world.object(100, true)).collect();
    world.inner.ledger.set_budget(300).wait().unwrap();
    assert!(world.used() <= 300);
    drop(saved);
}

#[test]
fn many_go_through_a_small_budget_and_it_is_never_exceeded() {
    let world = world(1_000);
    let mut all = Vec::new();
    for number in 0..500_u64 {
        let weight = 1 + number * 37 % 250;
        let wish = world.insert(weight);
        let room = wish.room();
        assert!(world.used() <= 1_000);
        all.push(world.object_in(room, false));
    }
    assert!(all.iter().all(|object| object.is_here() || object.is_saved()));
    for object in &all {
        drop(Arc::clone(object));
    }
}
