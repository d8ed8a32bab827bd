//! Threads beside a pressing.

use forebay_pool::ByteSize;

use super::budget::{check, time_goes_on};
use super::world::{World, explore, together};

const SIZE: usize = 8_000;

fn value(name: u8) -> Vec<u8> {
    vec![name; SIZE]
}

/// A pool with room for two values.
fn small() -> World {
    let bytes = 2 * (SIZE + 24) + 8_192 + 8 * 704;
    World::with(ByteSize::bytes(bytes as u64), |builder| builder.objects_max(16))
}

#[test]
fn what_is_touched_while_it_is_about_to_leave_is_read_whole() {
    explore(|| {
        let world = small();
        let first = world.pool.insert(value(1)).wait().unwrap();
        let second = world.pool.insert(value(2)).wait().unwrap();
        let (reader, pool) = (first.clone(), world.pool.clone());
        together(vec![
            Box::new(move || {
                for _ in 0..2 {
                    if let Some(guard) = reader.try_get() {
                        assert_eq!(*guard, value(1));
                    }
                }
            }),
            Box::new(move || drop(pool.insert(value(3)))),
        ]);
        assert!(first.try_get().is_some() || first.is_saved());
        drop((first, second));
        check(&world);
    });
}

#[test]
fn a_handle_dropped_beside_a_pressing_frees_its_blob_once() {
    explore(|| {
        let world = small();
        let first = world.pool.insert(value(1)).wait().unwrap();
        let second = world.pool.insert(value(2)).wait().unwrap();
        let pool = world.pool.clone();
        together(vec![
            Box::new(move || drop(first)),
            Box::new(move || drop(pool.insert(value(3)))),
            Box::new(move || drop(second)),
        ]);
        check(&world);
    });
}

#[test]
fn a_smaller_bound_beside_inserts_holds_or_says_that_it_does_not() {
    explore(|| {
        let world = small();
        let pool = world.pool.clone();
        let first = world.pool.insert(value(1)).wait().unwrap();
        let bound = ByteSize::bytes((SIZE + 24 + 8_192 + 8 * 704) as u64);
        let op = world.pool.set_memory(bound);
        together(vec![Box::new(move || drop(pool.insert(value(2))))]);
        world.pool.idle().wait().unwrap();
        time_goes_on(&world, || op.is_ready());
        op.wait().unwrap();
        drop(first);
        check(&world);
    });
}
