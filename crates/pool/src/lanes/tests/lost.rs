//! Jobs that are thrown away.

use std::sync::Arc;

use super::rig::{Dead, Fates, lanes};
use crate::lanes::Lane;

#[test]
fn a_spawn_that_throws_jobs_away_loses_no_place_and_ends_all_work() {
    let (lanes, fates) = (lanes(2, 1, &Arc::new(Dead)), Arc::new(Fates::default()));
    for _ in 0..10 {
        lanes.run(Lane::Read, fates.work(|| {}));
    }
    assert_eq!(fates.both(), (0, 10));
    assert!(lanes.is_idle());
    assert!(lanes.enter(Lane::Read).is_some(), "who waits can still do it himself");
}

#[test]
fn work_that_waits_for_a_place_ends_too_when_its_worker_is_thrown_away() {
    let (lanes, fates) = (lanes(1, 1, &Arc::new(Dead)), Arc::new(Fates::default()));
    let permit = lanes.enter(Lane::Read).unwrap();
    for _ in 0..50_000 {
        lanes.run(Lane::Read, fates.work(|| {}));
    }
    let idle = lanes.idle();
    assert!(!idle.is_ready());
    assert_eq!(fates.both(), (0, 0));
    drop(permit);
    assert_eq!(fates.both(), (0, 50_000));
    idle.wait().unwrap();
}

#[test]
fn work_left_in_the_queue_ends_with_the_lanes() {
    let spawn = Arc::new(super::rig::Stepped::default());
    let (lanes, fates) = (lanes(1, 1, &spawn), Arc::new(Fates::default()));
    lanes.run(Lane::Read, fates.work(|| {}));
    drop((lanes, spawn));
    assert_eq!(fates.both(), (0, 1));
}
