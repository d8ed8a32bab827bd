//! More than the memory goes through it.

use forebay_pool::Handle;

use super::{SIZE, room_for, used, watch_the_bound};
use crate::rig::{World, bytes};
use crate::slot::poll;

fn fill(world: &World, count: u8) -> Vec<Handle<Vec<u8>>> {
    let insert = |name| {
        let handle = world.pool.insert(bytes(name, SIZE)).wait().unwrap();
        let stats = world.pool.stats();
        assert!(used(&stats) <= stats.budget.as_bytes(), "after {name}: {stats:?}");
        handle
    };
    (0..count).map(insert).collect()
}

#[test]
fn forty_eight_objects_go_through_a_budget_of_four_and_are_read_whole() {
    let world = World::with(room_for(16), |builder| builder.objects_max(48));
    world.pool.set_memory(room_for(4).max(forebay_pool::ByteSize::bytes(115_000))).wait().unwrap();
    let watched = watch_the_bound(&world);
    let handles = fill(&world, 48);
    for round in 0..3 {
        for (name, handle) in (0..).zip(&handles) {
            assert_eq!(*handle.get().wait().unwrap(), bytes(name, SIZE), "round {round}");
        }
    }
    let stats = world.pool.stats();
    assert_eq!(stats.objects.all(), 48);
    assert!(stats.objects.spilled >= 44, "{stats:?}");
    drop(watched);
}

#[test]
fn what_was_not_changed_is_written_once_however_often_it_comes_and_goes() {
    let world = World::with(room_for(16), |builder| builder);
    let handles = fill(&world, 30);
    for _ in 0..3 {
        for handle in &handles {
            handle.get().wait().unwrap();
        }
    }
    assert!(world.medium.count(forebay_pool::fault::Call::Seal) <= 30);
}

#[test]
fn values_of_many_sizes_and_types_share_the_budget() {
    let world = World::with(room_for(8), |builder| builder.objects_max(80));
    let watched = watch_the_bound(&world);
    let mut texts = Vec::new();
    let mut numbers = Vec::new();
    for number in 0..40_usize {
        let length = 1 + number * 731 % (2 * SIZE);
        texts.push(world.pool.insert("x".repeat(length)).wait().unwrap());
        numbers.push(world.pool.insert(vec![number as u64; length / 8]).wait().unwrap());
    }
    for (number, (text, numbers)) in texts.iter().zip(&numbers).enumerate() {
        let length = 1 + number * 731 % (2 * SIZE);
        assert_eq!(text.get().wait().unwrap().len(), length);
        assert_eq!(*numbers.get().wait().unwrap(), vec![number as u64; length / 8]);
    }
    drop(watched);
}

#[test]
fn a_value_that_is_taken_out_and_given_back_stays_within_the_budget() {
    let world = World::with(room_for(8), |builder| builder);
    let watched = watch_the_bound(&world);
    let mut handles = fill(&world, 20);
    for (name, handle) in (0_u8..).zip(&mut handles) {
        let mut value = handle.get_mut().wait().unwrap();
        value[0] = name;
    }
    for (name, handle) in (0_u8..).zip(&handles) {
        let mut expected = bytes(name, SIZE);
        expected[0] = name;
        assert_eq!(*handle.get().wait().unwrap(), expected);
    }
    drop(watched);
}

#[test]
fn a_copy_of_what_has_left_memory_meanwhile_waits_for_room_for_both() {
    let world = World::with(room_for(3), |builder| builder);
    let mut handles = fill(&world, 3);
    let (mut copied, held) = (handles.remove(0), handles);
    let original = copied.clone();
    let mut guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let _watched = watch_the_bound(&world);
    let mut copy = copied.make_mut();
    // Room for the copy is there when the original has left.
    assert!(poll(&mut copy).is_none() && poll(&mut copy).is_none());
    assert!(!original.is_resident());
    drop(guards.pop());
    world.clock.advance(std::time::Duration::from_secs(1));
    let mut guard = poll(&mut copy).unwrap().unwrap();
    assert!(*guard == bytes(0, SIZE));
    guard[0] = 9;
    drop(guard);
}
