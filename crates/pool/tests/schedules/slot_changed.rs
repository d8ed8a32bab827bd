//! Threads on one object that changes.

use forebay_pool::ErrorKind;

use super::slot::{spilled, value, well_or_gone};
use super::world::{World, explore, explore_some, together};

#[test]
fn get_beside_replace_reads_one_of_both_and_then_the_new_one() {
    explore(|| {
        let world = World::new();
        let mut handle = spilled(&world, 1);
        let weak = handle.downgrade();
        together(vec![
            Box::new(move || {
                let Some(reader) = weak.upgrade() else { return };
                let first = reader.get().wait().unwrap()[0];
                let second = reader.get().wait().unwrap()[0];
                assert!((first, second) != (2, 1), "a newer value was seen before");
            }),
            Box::new(move || {
                handle.replace(value(2)).wait().unwrap();
                assert_eq!(*handle.get().wait().unwrap(), value(2));
                handle.evict().wait().unwrap();
                assert_eq!(*handle.get().wait().unwrap(), value(2));
            }),
        ]);
        world.check();
    });
}

#[test]
fn a_replacement_beside_a_write_and_an_eviction_is_what_is_read() {
    explore(|| {
        let world = World::new();
        let mut handle = world.pool.insert(value(1)).wait().unwrap();
        let (write, evict) = (handle.write_now(), handle.evict());
        together(vec![
            Box::new(move || well_or_gone(write.wait())),
            Box::new(move || well_or_gone(evict.wait())),
            Box::new(move || {
                handle.replace(value(2)).wait().unwrap();
                assert_eq!(*handle.get().wait().unwrap(), value(2));
                handle.evict().wait().unwrap();
                assert_eq!(*handle.get().wait().unwrap(), value(2));
                handle.evict().wait().unwrap();
                drop(handle);
            }),
        ]);
        world.check();
    });
}

#[test]
fn a_change_beside_a_write_and_an_eviction_is_what_is_read() {
    explore(|| {
        let world = World::new();
        let mut handle = world.pool.insert(value(1)).wait().unwrap();
        let (write, evict) = (handle.write_now(), handle.evict());
        together(vec![
            Box::new(move || well_or_gone(write.wait())),
            Box::new(move || well_or_gone(evict.wait())),
            Box::new(move || {
                // The first may be dropped while it waits for the write: the second takes its place.
                let mut lending = handle.get_mut();
                let mut context = std::task::Context::from_waker(std::task::Waker::noop());
                let _ = std::pin::Pin::new(&mut lending).poll(&mut context);
                drop(lending);
                handle.get_mut().wait().unwrap()[0] = 2;
                assert_eq!(handle.get().wait().unwrap()[0], 2);
                handle.evict().wait().unwrap();
                assert_eq!(handle.get().wait().unwrap()[0], 2);
            }),
        ]);
        world.check();
    });
}

#[test]
fn an_upgrade_beside_a_change_sees_it_or_comes_before() {
    explore(|| {
        let world = World::new();
        let mut handle = world.pool.insert(value(1)).wait().unwrap();
        let weak = handle.downgrade();
        let evict = handle.evict();
        together(vec![
            Box::new(move || well_or_gone(evict.wait())),
            Box::new(move || {
                let Some(reader) = weak.upgrade() else { return };
                let first = reader.get().wait().unwrap();
                let before = first[0];
                let second = reader.get().wait().unwrap();
                assert_eq!(first[0], before, "what is looked at does not change");
                assert!((before, second[0]) != (2, 1));
            }),
            Box::new(move || match handle.get_mut().wait() {
                Ok(mut guard) => guard[0] = 2,
                Err(error) => {
                    let kinds = [ErrorKind::Busy, ErrorKind::Refused];
                    assert!(kinds.contains(&error.kind()), "{error:?}");
                }
            }),
        ]);
        world.check();
    });
}

#[test]
fn taking_out_beside_an_upgrade_gives_the_value_once() {
    explore(|| {
        let world = World::new();
        let handle = spilled(&world, 1);
        let weak = handle.downgrade();
        together(vec![
            Box::new(move || {
                if let Some(reader) = weak.upgrade() {
                    assert_eq!(*reader.get().wait().unwrap(), value(1));
                }
            }),
            Box::new(move || match handle.into_inner().wait() {
                Ok(taken) => assert_eq!(taken, value(1)),
                Err(rejected) => {
                    assert_eq!(*rejected.given_back.get().wait().unwrap(), value(1));
                }
            }),
        ]);
        world.check();
    });
}

#[test]
fn many_at_once_over_crossing_sets_have_all_of_theirs() {
    explore_some(|| {
        let world = World::new();
        let handles: Vec<_> = (0..3).map(|name| spilled(&world, name)).collect();
        let sets = [[0, 1], [1, 2], [2, 0]].map(|set| set.map(|at: usize| handles[at].clone()));
        let pool = &world.pool;
        let threads = sets.into_iter().map(|set| {
            let pool = pool.clone();
            Box::new(move || {
                let guards = pool.get_many(&set).wait().unwrap();
                assert_eq!(guards.len(), 2);
                drop(guards);
                set[0].evict().wait().unwrap();
            }) as Box<dyn FnOnce() + Send>
        });
        together(threads.collect());
        drop(handles);
        world.check();
    });
}

#[test]
fn closing_beside_an_insert_and_a_read_answers_all() {
    explore(|| {
        let world = World::new();
        let handle = spilled(&world, 1);
        let (reader, inserter, closer) = (handle.clone(), world.pool.clone(), world.pool.clone());
        together(vec![
            Box::new(move || match reader.get().wait() {
                Ok(guard) => assert_eq!(*guard, value(1)),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Closed),
            }),
            Box::new(move || match inserter.insert(value(2)).wait() {
                Ok(handle) => assert_eq!(*handle.try_get().unwrap(), value(2)),
                Err(rejected) => assert_eq!(rejected.error.kind(), ErrorKind::Closed),
            }),
            Box::new(move || {
                closer.close(std::time::Duration::from_secs(1)).wait().unwrap();
            }),
        ]);
        drop(handle);
        world.check();
    });
}

#[test]
fn a_change_beside_others_who_let_go_is_never_refused() {
    explore(|| {
        let world = World::new();
        let mut handle = world.pool.insert(value(1)).wait().unwrap();
        let (other, guard) = (handle.clone(), handle.get().wait().unwrap());
        together(vec![
            Box::new(move || {
                handle.make_mut().wait().unwrap()[0] = 2;
                assert_eq!(handle.get().wait().unwrap()[0], 2);
            }),
            Box::new(move || drop(guard)),
            Box::new(move || drop(other)),
        ]);
        world.check();
    });
}
