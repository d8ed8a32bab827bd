//! A spawn drops its jobs unrun, as a runtime does that is shut down.

use std::sync::Arc;

use forebay_pool::{ByteSize, ErrorKind, Handle};
use forebay_store::Seams;
use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Job, Spawn};

use crate::rig::{World, bytes};
use crate::slot::poll;

#[test]
fn a_write_whose_job_is_lost_has_failed_and_can_be_tried_again() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let mut write = handle.write_now();
    assert!(poll(&mut write).is_none());
    world.jobs.lose();
    assert_eq!(poll(&mut write).unwrap().unwrap_err().kind(), ErrorKind::Aborted);
    assert!(handle.evict().wait().unwrap());
}

#[test]
fn a_load_whose_job_is_lost_has_failed_and_can_be_tried_again() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut get = handle.get();
    assert!(poll(&mut get).is_none());
    world.jobs.lose();
    assert_eq!(poll(&mut get).unwrap().unwrap_err().kind(), ErrorKind::Aborted);
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 1000));
}

/// A runtime that is shut down.
struct Gone;

impl Spawn for Gone {
    fn run(&self, job: Job) {
        drop(job);
    }
}

#[test]
fn what_is_asked_for_ahead_when_no_job_runs_is_forgotten_and_can_be_read() {
    let mut seams: Seams = ManualClock::new().seams(7);
    seams.spawn = Arc::new(Gone);
    let world = World::with(ByteSize::mib(1), |builder| builder.seams(seams));
    let handles: Vec<_> =
        (0..20).map(|name| world.pool.insert(bytes(name, 100)).wait().unwrap()).collect();
    for handle in &handles {
        assert!(handle.evict().wait().unwrap());
    }
    handles.iter().for_each(Handle::prefetch);
    assert!(!handles.iter().any(Handle::is_resident));
    assert_eq!(world.pool.stats().prefetches_forgotten, 20);
    for (name, handle) in (0..20).zip(&handles) {
        assert_eq!(*handle.get().wait().unwrap(), bytes(name, 100));
    }
}
