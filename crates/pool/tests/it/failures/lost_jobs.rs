//! A spawn drops its jobs unrun, as a runtime does that is shut down.

use forebay_pool::ErrorKind;

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
