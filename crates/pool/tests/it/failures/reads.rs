//! Reads fail.

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{Error, ErrorKind};

use crate::rig::{World, bytes};

#[test]
fn a_read_error_costs_nothing_and_the_next_read_succeeds() {
    for call in [Call::Reading, Call::Read] {
        let world = World::new();
        let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
        assert!(handle.evict().wait().unwrap());
        world.medium.fail(call, 1, &Fault::Error(Error::unavailable("the disk is gone")));
        let error = handle.get().wait().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{call:?}");
        assert_eq!(world.pool.stats().loading.as_bytes(), 0);
        assert_eq!(*handle.get().wait().unwrap(), bytes(3, 1000));
    }
}

#[test]
fn a_flipped_bit_is_corrupt_and_is_not_kept() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    world.medium.succeed(Call::Read, 1);
    world.medium.fail(Call::Read, 1, &Fault::Flip);
    assert_eq!(handle.get().wait().unwrap_err().kind(), ErrorKind::Corrupt);
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 1000));
}

#[test]
fn all_who_wait_for_a_load_hear_that_it_failed() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut gets = [handle.get(), handle.get()];
    assert!(gets.iter_mut().all(|get| crate::slot::poll(get).is_none()));
    world.medium.fail(Call::Read, 1, &Fault::Panic);
    world.jobs.run();
    for get in gets {
        assert_eq!(get.wait().unwrap_err().kind(), ErrorKind::Unavailable);
    }
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 1000));
}
