//! Writes fail.

use std::sync::{Arc, Mutex};

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{Error, ErrorKind, Event, Watcher};

use crate::rig::{World, bytes};

fn gone() -> Fault {
    Fault::Error(Error::unavailable("the disk is gone"))
}

#[test]
fn a_failed_write_keeps_the_value() {
    for call in [Call::Begin, Call::Put, Call::Seal] {
        let world = World::new();
        let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
        world.medium.fail(call, 1, &gone());
        let error = handle.evict().wait().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{call:?}");
        assert_eq!(*handle.try_get().unwrap(), bytes(3, 1000));
        assert_eq!(world.pool.stats().objects.troubled, 1);
        assert_eq!(world.pool.stats().medium.unwrap().blobs, 0, "nothing half is left");
    }
}

#[test]
fn an_object_whose_write_failed_is_written_when_the_disk_is_well_again() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    world.medium.fail(Call::Seal, 2, &gone());
    handle.write_now().wait().unwrap_err();
    handle.evict().wait().unwrap_err();
    handle.write_now().wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 1000));
}

#[test]
fn all_who_wait_for_a_write_hear_that_it_failed() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let (mut write, mut evict) = (handle.write_now(), handle.evict());
    assert!(crate::slot::poll(&mut write).is_none());
    assert!(crate::slot::poll(&mut evict).is_none());
    world.medium.fail(Call::Put, 1, &gone());
    world.jobs.run();
    assert!(write.wait().is_err() && evict.wait().is_err());
    assert_eq!(world.medium.count(Call::Begin), 1, "one write for both");
}

#[test]
fn a_panicking_medium_harms_its_object_only() {
    let world = World::new();
    let handles = [1, 2].map(|name| world.pool.insert(bytes(name, 1000)).wait().unwrap());
    world.medium.fail(Call::Put, 1, &Fault::Panic);
    assert_eq!(handles[0].evict().wait().unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(handles[1].evict().wait().unwrap());
    assert_eq!(*handles[0].get().wait().unwrap(), bytes(1, 1000));
    assert!(handles[0].evict().wait().unwrap());
}

#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<Event>>>);

impl Watcher for Log {
    fn on(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

#[test]
fn a_failed_write_is_told() {
    let log = Log::default();
    let world = World::with(forebay_pool::ByteSize::mib(1), |builder| builder.watch(log.clone()));
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    world.medium.fail(Call::Seal, 1, &gone());
    handle.evict().wait().unwrap_err();
    handle.evict().wait().unwrap();
    let told = log.0.lock().unwrap();
    assert!(matches!(
        told[..],
        [Event::WriteFailed { .. }, Event::Written { .. }, Event::Evicted { .. }]
    ));
}
