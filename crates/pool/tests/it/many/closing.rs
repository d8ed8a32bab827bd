//! A pool is closed.

use std::time::Duration;

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{ByteSize, Error, ErrorKind};

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

#[test]
fn a_closed_pool_writes_and_evicts_nothing_however_large_its_values_grow() {
    let world = World::new();
    let mut grown = world.pool.insert(bytes(1, 100)).wait().unwrap();
    let other = world.pool.insert(bytes(2, 100 << 10)).wait().unwrap();
    world.pool.close(SOON).wait().unwrap();
    grown.get_mut().wait().unwrap().resize(2 << 20, 7);
    drop(other.get().wait().unwrap());
    assert_eq!(world.medium.count(Call::Begin), 0);
    assert_eq!(grown.get().wait().unwrap().len(), 2 << 20);
    assert_eq!(*other.get().wait().unwrap(), bytes(2, 100 << 10));
}

#[test]
fn what_is_written_when_the_pool_is_closed_stays_in_memory() {
    let world = World::new();
    let all: Vec<_> =
        (0..3).map(|name| world.pool.insert(bytes(name, 1000)).wait().unwrap()).collect();
    let (pool, clock) = (world.pool.clone(), std::sync::Arc::clone(&world.clock));
    let (told, report) = std::sync::mpsc::channel();
    let (told, once) = (std::sync::Mutex::new(told), std::sync::Once::new());
    world.medium.during(move |call| {
        if call == Call::Put {
            once.call_once(|| {
                let mut close = pool.close(SOON);
                clock.advance(SOON);
                told.lock().unwrap().send(poll(&mut close).unwrap().unwrap()).unwrap();
            });
        }
    });
    let write = all[0].evict().wait();
    assert_eq!(write.unwrap_err().kind(), ErrorKind::Closed);
    world.medium.undisturbed();
    let report = report.recv().unwrap();
    assert_eq!((report.objects_alive, report.unsaved, report.is_late), (3, 3, true));
    for (name, handle) in (0..3).zip(&all) {
        assert_eq!(*handle.get().wait().unwrap(), bytes(name, 1000));
    }
    assert_eq!(world.medium.count(Call::Seal), world.medium.count(Call::Free));
}

#[test]
fn a_write_that_is_queued_when_the_pool_is_closed_is_answered_and_does_not_run() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 100)).wait().unwrap();
    let mut write = handle.write_now();
    assert!(poll(&mut write).is_none());
    let mut close = world.pool.close(SOON);
    world.clock.advance(SOON);
    assert_eq!(poll(&mut close).unwrap().unwrap().unsaved, 1);
    assert_eq!(poll(&mut write).unwrap().unwrap_err().kind(), ErrorKind::Closed);
    world.jobs.run();
    assert_eq!(world.medium.count(Call::Begin), 0);
}

#[test]
fn a_medium_that_is_to_be_tried_again_is_not_when_the_pool_is_closed() {
    let world = World::with(ByteSize::mib(1), |builder| builder);
    let broken = Fault::Error(Error::unavailable("the disk is gone"));
    world.medium.fail(Call::Begin, 100, &broken);
    let all: Vec<_> =
        (0..3).map(|name| world.pool.insert(bytes(name, 290 << 10)).wait().unwrap()).collect();
    let tried = world.medium.count(Call::Begin);
    assert!(tried > 0, "it is written ahead");
    world.pool.close(SOON).wait().unwrap();
    world.medium.heal();
    world.clock.advance(Duration::from_secs(600));
    assert_eq!(world.medium.count(Call::Begin), tried);
    assert!(all.iter().all(forebay_pool::Handle::is_resident));
}

#[test]
fn closing_waits_for_what_is_under_way_however_many_wait_until_it_is_over() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 100)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut get = handle.get();
    assert!(poll(&mut get).is_none());
    let idle: Vec<_> = (0..1024).map(|_| world.pool.idle()).collect();
    assert_eq!(world.pool.idle().wait().unwrap_err().kind(), ErrorKind::Busy);
    let mut close = world.pool.close(SOON);
    assert!(poll(&mut close).is_none());
    world.jobs.run();
    assert_eq!(*poll(&mut get).unwrap().unwrap(), bytes(3, 100));
    assert!(!poll(&mut close).unwrap().unwrap().is_late);
    assert!(idle.iter().all(forebay_store::Op::is_ready));
}
