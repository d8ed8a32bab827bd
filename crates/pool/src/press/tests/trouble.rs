//! A medium that does not take what is written.

use std::error::Error as _;
use std::time::Duration;

use forebay_store::{Error, ErrorKind};

use super::rig::{PATIENCE, world};
use crate::press::tests::stepped::stepped;

fn broken() -> Error {
    Error::unavailable("the disk does not answer")
}

#[test]
fn a_failed_write_keeps_the_value_and_who_waits_hears_why() {
    let world = world(1_000);
    let unsaved: Vec<_> = (0..10).map(|_| world.object(100, false)).collect();
    *world.refusal.lock() = Some(broken());
    let wish = world.insert(100);
    world.clock.advance(PATIENCE);
    assert_eq!(wish.error().kind(), ErrorKind::Busy);
    assert_eq!(wish.error().source().unwrap().to_string(), "the disk does not answer");
    assert!(unsaved.iter().all(|object| object.is_here()));
}

#[test]
fn a_medium_in_trouble_is_tried_ever_later_with_one_write() {
    let world = world(1_000);
    let unsaved: Vec<_> = (0..10).map(|_| world.object(100, false)).collect();
    *world.refusal.lock() = Some(broken());
    let wish = world.insert(100);
    let writes = || unsaved.iter().map(|object| object.desk.lock().writes).sum::<usize>();
    let begun = writes();
    assert!(begun <= 16, "one batch");
    world.clock.advance(Duration::from_millis(37));
    assert_eq!(writes(), begun, "it is left alone for 50 ms less a quarter by chance");
    world.clock.advance(Duration::from_secs(10));
    let tried = writes() - begun;
    assert!((4..=10).contains(&tried), "{tried} single tries in ten seconds");
    *world.refusal.lock() = None;
    world.clock.advance(Duration::from_secs(13));
    assert!(wish.has_room());
}

#[test]
fn the_first_write_that_is_taken_lets_all_go_on() {
    let world = world(1_000);
    let unsaved: Vec<_> = (0..10).map(|_| world.object(100, false)).collect();
    *world.refusal.lock() = Some(broken());
    world.press();
    assert!(unsaved.iter().all(|object| !object.is_saved()));
    *world.refusal.lock() = None;
    world.clock.advance(Duration::from_millis(50));
    assert!(unsaved.iter().all(|object| object.is_saved()), "although nobody waits");
    assert_eq!(world.clock.timers(), 0);
}

#[test]
fn those_who_wait_in_trouble_leave_no_timers_behind() {
    let world = world(1_000);
    let _unsaved: Vec<_> = (0..10).map(|_| world.object(100, false)).collect();
    *world.refusal.lock() = Some(broken());
    world.press();
    world.clock.advance(Duration::from_secs(10));
    for _ in 0..100 {
        let wish = world.insert(100);
        world.clock.advance(PATIENCE);
        assert!(!wish.waits());
        assert!(world.clock.timers() <= 3, "{} timers", world.clock.timers());
    }
}

#[test]
fn what_one_object_is_refused_for_does_not_hold_up_the_others() {
    let world = world(1_000);
    let unsaved: Vec<_> = (0..9).map(|_| world.object(100, false)).collect();
    *world.refusal.lock() = Some(Error::refused("the codec refuses"));
    world.press();
    *world.refusal.lock() = None;
    let more = world.object(50, false);
    world.press();
    assert!(more.is_saved() && unsaved.iter().all(|object| object.is_here()));
}

#[test]
fn writes_that_are_thrown_away_are_tried_again_later() {
    struct Dead;
    impl forebay_store::seam::Spawn for Dead {
        fn run(&self, job: forebay_store::seam::Job) {
            drop(job);
        }
    }
    let clock = forebay_store::seam::manual::ManualClock::new();
    let world = super::rig::world_on(1_000, clock, std::sync::Arc::new(Dead));
    let unsaved: Vec<_> = (0..10).map(|_| world.object(100, false)).collect();
    let wish = world.insert(100);
    assert!(wish.waits() && unsaved.iter().all(|object| object.is_here()));
    world.clock.advance(PATIENCE);
    assert_eq!(wish.error().kind(), ErrorKind::Busy);
    world.clock.advance(PATIENCE);
    assert!(unsaved.iter().all(|object| !object.desk.lock().is_writing));
}

#[test]
fn writes_under_way_when_the_first_fails_count_as_one_failure() {
    let (world, spawn) = stepped(1 << 30);
    let unsaved: Vec<_> = (0..10).map(|_| world.object((1 << 30) / 10, false)).collect();
    world.press();
    assert_eq!(spawn.len(), 2);
    *world.refusal.lock() = Some(broken());
    while spawn.step() {}
    *world.refusal.lock() = None;
    world.clock.advance(Duration::from_millis(50));
    while spawn.step() {}
    assert!(unsaved.iter().any(|object| object.is_saved()), "the pause was the first one's");
}
