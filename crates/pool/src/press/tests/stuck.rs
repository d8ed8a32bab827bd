//! Nobody can leave.

use std::error::Error as _;
use std::time::Duration;

use forebay_store::{ByteSize, ErrorKind};

use super::rig::{PATIENCE, world};
use crate::error::AllPinned;
use crate::event::Event;

#[test]
fn who_waits_in_vain_hears_who_is_in_the_way() {
    let world = world(1_000);
    let held: Vec<_> = (1..=9_u64).map(|weight| world.object(weight * 20, true)).collect();
    for object in &held {
        object.hold();
    }
    let wish = world.insert(200);
    assert!(wish.waits());
    world.clock.advance(PATIENCE);
    let error = wish.error();
    assert_eq!(error.kind(), ErrorKind::Busy);
    let why = error.source().unwrap();
    let why = why.downcast_ref::<AllPinned>().unwrap();
    assert_eq!(why.budget, ByteSize::bytes(1_000));
    assert_eq!(why.resident, ByteSize::bytes(900));
    let bytes: Vec<u64> = why.looked_at.iter().map(|holder| holder.bytes.as_bytes()).collect();
    assert_eq!(bytes, [180, 160, 140, 120, 100, 80, 60, 40, 20], "the largest first");
}

#[test]
fn the_largest_sixteen_are_named() {
    let world = world(1_000);
    let held: Vec<_> = (0..20_u64).map(|number| world.object(40 + number, true)).collect();
    for object in &held {
        object.hold();
    }
    let wish = world.insert(200);
    world.clock.advance(PATIENCE);
    let error = wish.error();
    let why = error.source().unwrap().downcast_ref::<AllPinned>().unwrap();
    assert_eq!(why.looked_at.len(), 16);
    assert_eq!(why.looked_at[15].bytes, ByteSize::bytes(44));
}

#[test]
fn a_guard_that_is_given_back_lets_who_waits_go_on() {
    let world = world(100);
    let held = world.object(100, true);
    held.hold();
    let wish = world.insert(50);
    assert!(wish.waits());
    world.release(&held);
    assert!(wish.has_room());
}

#[test]
fn a_guard_that_nobody_heard_of_costs_a_moment_and_no_more() {
    let world = world(100);
    let held = world.object(100, true);
    held.hold();
    let wish = world.insert(50);
    world.clock.advance(Duration::from_secs(1));
    held.desk.lock().guards = 0;
    assert!(wish.waits());
    world.clock.advance(Duration::from_millis(32));
    assert!(wish.has_room());
}

#[test]
fn it_looks_again_ever_later_and_only_while_somebody_waits() {
    let world = world(100);
    let held = world.object(100, true);
    held.hold();
    let _wish = world.insert(50);
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let now = forebay_store::seam::Clock::now(&*world.clock);
        let pause = world.clock.next_due().unwrap().since(now);
        pauses.push(pause.as_millis());
        world.clock.advance(pause);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 32, 32]);
    assert_eq!(world.clock.timers(), 2, "one looks again, one is the ledger's");
    world.clock.advance(PATIENCE);
    world.clock.advance(PATIENCE);
    assert_eq!(world.clock.timers(), 0);
}

#[test]
fn it_is_told_once_that_all_is_pinned() {
    let is_stuck = |event: &Event| matches!(event, Event::Stuck(why) if why.looked_at.len() == 1);
    let world = world(100);
    let held = world.object(100, true);
    held.hold();
    let wish = world.insert(50);
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.heard(is_stuck), 1);
    world.release(&held);
    assert!(wish.has_room());
    drop(wish);
    let held = world.object(100, true);
    held.hold();
    let _wish = world.insert(50);
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.heard(is_stuck), 2);
}

#[test]
fn who_fits_passes_who_waits_for_what_is_looked_at() {
    let world = world(100);
    let held = world.object(60, true);
    held.hold();
    let large = world.insert(90);
    let small = world.insert(30);
    assert!(large.waits() && small.has_room());
}

#[test]
fn what_cannot_be_saved_is_told_as_such() {
    let world = world(100);
    let object = world.object(100, false);
    *world.refusal.lock() = Some(forebay_store::Error::refused("the codec refuses"));
    let wish = world.insert(50);
    world.clock.advance(PATIENCE);
    let error = wish.error();
    let why = error.source().unwrap().downcast_ref::<AllPinned>().unwrap();
    assert_eq!((why.unsavable, why.looked_at.len()), (ByteSize::bytes(100), 0));
    assert_eq!(object.desk.lock().writes, 1, "it is not tried again by itself");
}

#[test]
fn a_round_over_many_is_gone_on_with_in_jobs() {
    let (world, spawn) = super::stepped::stepped(20_000);
    let held: Vec<_> = (0..20_000).map(|_| world.object(1, true)).collect();
    for object in &held {
        object.hold();
    }
    let wish = world.insert(1);
    assert_eq!(spawn.len(), 1, "this thread has done enough");
    held[19_999].desk.lock().guards = 0;
    let mut jobs = 0;
    while spawn.step() {
        jobs += 1;
    }
    assert!(wish.has_room());
    assert!((4..=16).contains(&jobs), "{jobs} jobs of 4,096 looks");
}
