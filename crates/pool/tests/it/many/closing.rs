//! A pool is closed.

use std::time::Duration;

use forebay_pool::ErrorKind;
use forebay_pool::fault::Call;

use crate::rig::{World, bytes};
use crate::slot::poll;

const SOON: Duration = Duration::from_secs(1);

#[test]
fn a_pool_that_nobody_uses_closes_clean() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 100)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    drop(handle);
    let report = world.pool.close(SOON).wait().unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(world.pool.close(SOON).wait().unwrap_err().kind(), ErrorKind::Closed);
}

#[test]
fn a_closed_pool_says_what_it_left_and_keeps_what_is_in_memory() {
    let world = World::new();
    let mut here = world.pool.insert(bytes(1, 100)).wait().unwrap();
    let saved = world.pool.insert(bytes(2, 100)).wait().unwrap();
    let away = world.pool.insert(bytes(3, 100)).wait().unwrap();
    saved.write_now().wait().unwrap();
    assert!(away.evict().wait().unwrap());
    let guard = here.get().wait().unwrap();
    let report = world.pool.close(SOON).wait().unwrap();
    assert!(!report.is_clean());
    assert_eq!((report.objects_alive, report.guards_alive), (3, 1));
    assert_eq!((report.unsaved, report.blobs_freed), (1, 2));
    assert_eq!(world.medium.count(Call::Free), 2);
    drop(guard);
    assert_eq!(*here.get().wait().unwrap(), bytes(1, 100));
    assert_eq!(*saved.try_get().unwrap(), bytes(2, 100));
    here.get_mut().wait().unwrap().clear();
    assert_eq!(away.get().wait().unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(saved.evict().wait().unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(here.write_now().wait().unwrap_err().kind(), ErrorKind::Closed);
    let rejected = world.pool.insert(bytes(4, 100)).wait().unwrap_err();
    assert_eq!((rejected.error.kind(), rejected.given_back), (ErrorKind::Closed, bytes(4, 100)));
    assert_eq!(world.pool.flush().wait().unwrap_err().kind(), ErrorKind::Closed);
}

#[test]
fn closing_waits_for_what_is_under_way() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 100)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut get = handle.get();
    assert!(poll(&mut get).is_none());
    let mut close = world.pool.close(SOON);
    assert!(poll(&mut close).is_none());
    world.jobs.run();
    assert_eq!(*poll(&mut get).unwrap().unwrap(), bytes(3, 100));
    let report = poll(&mut close).unwrap().unwrap();
    assert!(!report.is_late);
}

#[test]
fn closing_ends_at_its_deadline() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 100)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut get = handle.get();
    assert!(poll(&mut get).is_none());
    let mut close = world.pool.close(SOON);
    world.clock.advance(SOON);
    let report = poll(&mut close).unwrap().unwrap();
    assert!(report.is_late && !report.is_clean());
    assert_eq!(report.took, SOON);
    world.jobs.run();
    assert_eq!(*poll(&mut get).unwrap().unwrap(), bytes(3, 100), "a load that was begun ends");
}
