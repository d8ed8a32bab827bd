//! How much may be asked for at once.

use forebay_pool::{ByteSize, Handle};

use crate::rig::{World, bytes};

#[test]
fn no_more_than_1024_prefetches_wait_and_the_oldest_are_forgotten() {
    let world = World::build(ByteSize::mib(4), true, |builder| builder);
    let insert = |_| {
        let handle = world.pool.insert(bytes(1, 10)).wait().unwrap();
        assert!(handle.evict().wait().unwrap());
        handle
    };
    let handles: Vec<_> = (0..1_100).map(insert).collect();
    handles.iter().for_each(Handle::prefetch);
    assert_eq!(world.pool.stats().prefetches_forgotten, 76);
    world.jobs.run();
    assert!(!handles[..76].iter().any(Handle::is_resident));
    assert!(handles[76..].iter().all(Handle::is_resident));
}
