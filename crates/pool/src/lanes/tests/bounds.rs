//! So many at once, the rest in turn.

use std::sync::Arc;

use forebay_store::seam::manual::InlineSpawn;
use forebay_store::sync::Mutex;

use super::rig::{Fates, Stepped, lanes};
use crate::lanes::{Lane, Lanes};

#[test]
fn no_more_workers_are_sent_for_than_a_lane_has_places() {
    let (spawn, fates) = (Arc::new(Stepped::default()), Arc::new(Fates::default()));
    let lanes = lanes(3, 2, &spawn);
    for _ in 0..10 {
        lanes.run(Lane::Write, fates.work(|| {}));
    }
    assert_eq!(spawn.len(), 2);
    for _ in 0..10 {
        lanes.run(Lane::Read, fates.work(|| {}));
    }
    assert_eq!(spawn.len(), 5, "a lane has places of its own");
    while spawn.step() {}
    assert_eq!(fates.both(), (20, 0));
    assert!(lanes.is_idle());
}

#[test]
fn work_is_done_in_the_order_in_which_it_came() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(1, 1, &spawn), Arc::new(Fates::default()));
    let log: Arc<Mutex<Vec<u32>>> = Arc::default();
    for number in 0..5 {
        let log = Arc::clone(&log);
        lanes.run(Lane::Read, fates.work(move || log.lock().push(number)));
    }
    while spawn.step() {}
    assert_eq!(*log.lock(), [0, 1, 2, 3, 4]);
}

#[test]
fn who_waits_anyway_takes_a_place_or_there_is_none() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(2, 1, &spawn), Arc::new(Fates::default()));
    let [first, second] = [lanes.enter(Lane::Read), lanes.enter(Lane::Read)];
    assert!(first.is_some() && second.is_some() && lanes.enter(Lane::Read).is_none());
    lanes.run(Lane::Read, fates.work(|| {}));
    assert_eq!(spawn.len(), 0, "both places are taken");
    drop(first);
    assert_eq!(spawn.len(), 1, "whose place is free goes on with the next");
    while spawn.step() {}
    assert_eq!(fates.both(), (1, 0));
    drop(second);
    assert!(lanes.is_idle());
}

#[test]
fn who_waits_anyway_does_what_no_worker_has_begun() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(1, 1, &spawn), Arc::new(Fates::default()));
    lanes.run(Lane::Write, fates.work(|| {}));
    assert!(lanes.help(Lane::Write));
    assert_eq!(fates.both(), (1, 0));
    assert!(!lanes.help(Lane::Write), "nothing is left");
    assert!(spawn.step(), "the worker comes late");
    assert!(lanes.is_idle());
    lanes.run(Lane::Write, fates.work(|| {}));
    let permit = lanes.enter(Lane::Write).unwrap();
    assert!(!lanes.help(Lane::Write), "a helper takes a place, too");
    assert!(spawn.step());
    assert_eq!(fates.both(), (1, 0), "nor has the worker found one");
    drop(permit);
    assert!(spawn.step(), "so one is sent for again");
    assert_eq!(fates.both(), (2, 0));
}

#[test]
fn work_that_panics_takes_nothing_along() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(1, 1, &spawn), Arc::new(Fates::default()));
    lanes.run(Lane::Read, fates.work(|| panic!("the work fails, as this test wants")));
    lanes.run(Lane::Read, fates.work(|| {}));
    while spawn.step() {}
    assert_eq!(fates.both(), (2, 0));
    assert!(lanes.is_idle());
}

#[test]
fn idle_is_answered_when_the_last_work_has_ended() {
    let spawn = Arc::new(Stepped::default());
    let (lanes, fates) = (lanes(1, 1, &spawn), Arc::new(Fates::default()));
    assert!(lanes.idle().is_ready());
    lanes.run(Lane::Read, fates.work(|| {}));
    lanes.run(Lane::Free, fates.work(|| {}));
    let op = lanes.idle();
    assert!(spawn.step() && !op.is_ready());
    assert!(spawn.step());
    op.wait().unwrap();
}

#[test]
fn work_that_makes_work_where_it_is_handed_in_does_not_grow_the_stack() {
    fn again(lanes: &Arc<Lanes>, fates: &Arc<Fates>, left: u32) {
        let (more, others) = (Arc::clone(lanes), Arc::clone(fates));
        let then = move || {
            if left > 0 {
                again(&more, &others, left - 1);
            }
        };
        lanes.run(Lane::Read, fates.work(then));
    }
    let (lanes, fates) = (lanes(4, 1, &Arc::new(InlineSpawn)), Arc::new(Fates::default()));
    again(&lanes, &fates, 50_000);
    assert_eq!(fates.both(), (50_001, 0));
    assert_eq!(fates.most(), 1, "each ran after the other");
    assert!(lanes.is_idle());
}
