//! Orders to choose from.

use forebay_pool::{ByteSize, Order};

use super::{SIZE, room_for, watch_the_bound};
use crate::rig::{World, bytes};

const ORDERS: [Order; 4] =
    [Order::Sieve, Order::Sifted, Order::Lru, Order::Segmented { protected: 0.5 }];

#[test]
fn whichever_order_is_chosen_all_are_read_whole_within_the_budget() {
    for order in ORDERS {
        let world = World::with(room_for(8), |builder| builder.order(order));
        let watched = watch_the_bound(&world);
        let handles: Vec<_> =
            (0..24).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
        let mut at = 1_usize;
        for _ in 0..300 {
            at = at * 13 % 23;
            let name = u8::try_from(at).unwrap();
            assert_eq!(*handles[at].get().wait().unwrap(), bytes(name, SIZE), "{order:?}");
        }
        drop(watched);
    }
}

#[test]
fn by_age_what_was_read_last_stays() {
    let world = World::with(room_for(4), |builder| builder.order(Order::Lru).marks(1.0, 1.0));
    let handles: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    for at in [2, 0, 3, 1] {
        handles[at].get().wait().unwrap();
        // A miss between two hits tells their order.
        drop(world.pool.insert(bytes(9, 10)).wait().unwrap());
    }
    let mut later = Vec::new();
    for (name, left) in [(10, 2), (11, 0), (12, 3)] {
        later.push(world.pool.insert(bytes(name, SIZE)).wait().unwrap());
        assert!(!handles[left].is_resident(), "{left} was read longest ago");
    }
}

#[test]
fn the_default_order_keeps_what_is_read_often_through_a_scan() {
    let (working_set, scan) = (60, 600);
    let world = World::with(ByteSize::mib(2), |builder| builder.objects_max(2_000));
    let size = 24_000;
    let often: Vec<_> =
        (0..working_set).map(|name| world.pool.insert(bytes(name, size)).wait().unwrap()).collect();
    for _ in 0..2 {
        for handle in &often {
            handle.get().wait().unwrap();
        }
        for name in 0..20 {
            drop(world.pool.insert(bytes(name, size)).wait().unwrap());
        }
    }
    let scanned: Vec<_> = (0..250)
        .cycle()
        .take(scan)
        .map(|name| world.pool.insert(bytes(name, size)).wait().unwrap())
        .collect();
    let kept = often.iter().filter(|handle| handle.is_resident()).count();
    assert!(kept >= 50, "{kept} of {working_set} are left after {}", scanned.len());
}
