//! What belongs to another pool.

use forebay_pool::{ByteSize, ErrorKind};

use crate::rig::{World, bytes};

#[test]
fn a_room_of_another_pool_is_refused_and_the_value_comes_back() {
    let (world, other) = (World::new(), World::new());
    for kib in [1, 64] {
        let room = other.pool.reserve(ByteSize::kib(kib)).wait().unwrap();
        let rejected = world.pool.insert_into(room, bytes(3, 10 << 10)).unwrap_err();
        assert_eq!(rejected.error.kind(), ErrorKind::Invalid);
        assert_eq!(rejected.given_back, bytes(3, 10 << 10));
        assert_eq!(other.pool.stats().reserved, ByteSize::bytes(0));
        assert_eq!(world.pool.stats().objects.all(), 0);
    }
}

#[test]
fn a_scan_passes_over_objects_of_another_pool_with_an_error() {
    let (world, other) = (World::new(), World::new());
    let insert = |world: &World, name| {
        let handle = world.pool.insert(bytes(name, 1000)).wait().unwrap();
        assert!(handle.evict().wait().unwrap());
        handle
    };
    let handles = vec![insert(&world, 1), insert(&other, 2), insert(&world, 3)];
    let mut scan = world.pool.scan(handles).ahead(ByteSize::kib(64));
    assert_eq!(*scan.next().wait().unwrap().unwrap(), bytes(1, 1000));
    assert_eq!(scan.next().wait().unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(*scan.next().wait().unwrap().unwrap(), bytes(3, 1000));
    assert!(scan.next().wait().unwrap().is_none());
}
