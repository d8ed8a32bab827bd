//! Writing ahead.

use super::rig::world;
use crate::press::tests::stepped::{Stepped, stepped};

#[test]
fn above_the_low_mark_what_leaves_soon_is_written_and_stays() {
    let world = world(1_000);
    let unsaved: Vec<_> = (0..9).map(|_| world.object(100, false)).collect();
    world.press();
    assert!(unsaved.iter().all(|object| object.is_here() && object.is_saved()));
}

#[test]
fn below_the_low_mark_nothing_is_written() {
    let world = world(1_000);
    let unsaved: Vec<_> = (0..8).map(|_| world.object(100, false)).collect();
    world.press();
    assert!(unsaved.iter().all(|object| !object.is_saved()));
}

#[test]
fn no_more_is_written_ahead_at_once_than_the_low_mark_leaves() {
    let (world, spawn) = stepped(1_000);
    let unsaved: Vec<_> = (0..18).map(|_| world.object(50, false)).collect();
    world.press();
    let under_way = |spawn: &Stepped| {
        assert!(spawn.len() <= 2);
        unsaved.iter().filter(|object| object.desk.lock().is_writing).count()
    };
    assert_eq!(under_way(&spawn), 4, "200 bytes of 1,000");
    while spawn.step() {
        assert!(under_way(&spawn) <= 4);
    }
    assert!(unsaved.iter().all(|object| object.is_saved()));
}

#[test]
fn what_is_looked_at_is_not_written_ahead() {
    let world = world(1_000);
    let unsaved: Vec<_> = (0..9).map(|_| world.object(100, false)).collect();
    unsaved[3].hold();
    world.press();
    assert!(!unsaved[3].is_saved() && unsaved[4].is_saved());
}

#[test]
fn small_ones_are_written_some_in_one_go() {
    let (world, spawn) = stepped(1_000);
    let _unsaved: Vec<_> = (0..100).map(|_| world.object(10, false)).collect();
    let wish = world.insert(200);
    assert_eq!(spawn.len(), 2, "two places");
    let flight = world.inner.presser.flight();
    assert_eq!((flight.batches, flight.leaving), (2, 200), "as many as are lacked, 16 in one go");
    assert_eq!(flight.ahead, 120, "what joins them on the way");
    while spawn.step() {}
    assert!(wish.has_room());
}
