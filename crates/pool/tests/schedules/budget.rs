//! Threads that want room in a small pool.

use forebay_pool::{ByteSize, Handle};

use super::world::{World, explore, together};

/// What one of the values here weighs.
const SIZE: usize = 8_000;

fn value(name: u8) -> Vec<u8> {
    vec![name; SIZE]
}

/// A pool with room for so many values, and for the slots of some more.
fn small(values: usize) -> World {
    let bytes = values * (SIZE + 24) + 8_192 + 8 * 704;
    let memory = ByteSize::bytes(bytes as u64).max(ByteSize::kib(16));
    World::with(memory, |builder| builder.objects_max(16))
}

/// Time goes on until `is_done` says so: a wake-up that is missed costs a moment of it.
pub(super) fn time_goes_on(world: &World, is_done: impl Fn() -> bool) {
    while !is_done() {
        world.clock.advance(std::time::Duration::from_millis(32));
        shuttle::thread::yield_now();
    }
}

/// Nothing is left when nobody looks any more: a pressing may hold a slot for a moment.
pub(super) fn check(world: &World) {
    time_goes_on(world, || world.pool.stats().own == ByteSize::bytes(0));
    world.check();
}

fn insert(world: &World, name: u8) -> Handle<Vec<u8>> {
    let offer = world.pool.insert(value(name));
    time_goes_on(world, || offer.is_ready());
    offer.wait().unwrap()
}

#[test]
fn two_inserts_at_a_full_budget_are_both_served() {
    explore(|| {
        let world = std::sync::Arc::new(small(2));
        let kept = [insert(&world, 1), insert(&world, 2)];
        let inserts = [3, 4].map(|name| {
            let world = std::sync::Arc::clone(&world);
            let insert = move || {
                let handle = insert(&world, name);
                assert!(handle.try_get().is_none_or(|guard| *guard == value(name)));
            };
            Box::new(insert) as Box<dyn FnOnce() + Send>
        });
        together(inserts.into());
        drop(kept);
        check(&world);
    });
}

#[test]
fn an_offer_dropped_while_it_is_served_loses_no_room() {
    explore(|| {
        let world = std::sync::Arc::new(small(1));
        let first = insert(&world, 1);
        let guard = first.try_get().unwrap();
        let [gone, kept] = [2, 3].map(|name| world.pool.insert(value(name)));
        together(vec![Box::new(move || drop(guard)), Box::new(move || drop(gone))]);
        time_goes_on(&world, || kept.is_ready());
        drop((first, kept.wait().unwrap()));
        check(&world);
    });
}

#[test]
fn reads_of_two_in_a_budget_for_one_are_both_served() {
    explore(|| {
        let world = std::sync::Arc::new(small(1));
        let handles = [insert(&world, 1), insert(&world, 2)];
        let reads = [1, 2].map(|name| {
            let world = std::sync::Arc::clone(&world);
            let handle = handles[usize::from(name) - 1].clone();
            let read = move || {
                let (done, op) = forebay_store::Op::pending();
                handle.get().forward(done);
                time_goes_on(&world, || op.is_ready());
                assert_eq!(*op.wait().unwrap(), value(name));
            };
            Box::new(read) as Box<dyn FnOnce() + Send>
        });
        together(reads.into());
        drop(handles);
        check(&world);
    });
}

#[test]
fn two_who_do_not_wait_are_served_while_one_more_may_leave() {
    explore(|| {
        // What one of them is dropping at a moment is not there for the other yet, so a third may leave.
        let world = std::sync::Arc::new(small(3));
        let saved = [insert(&world, 1), insert(&world, 2), insert(&world, 5)];
        for handle in &saved {
            handle.write_now().wait().unwrap();
        }
        world.pool.idle().wait().unwrap();
        let inserts = [3, 4].map(|name| {
            let pool = world.pool.clone();
            let insert = move || {
                let handle = pool.try_insert(value(name)).unwrap();
                assert!(handle.try_get().is_none_or(|guard| *guard == value(name)));
            };
            Box::new(insert) as Box<dyn FnOnce() + Send>
        });
        together(inserts.into());
        drop(saved);
        check(&world);
    });
}
