//! Threads on one object.

use forebay_pool::{ErrorKind, Handle};

use super::world::{World, explore, together};

pub(crate) fn value(name: u8) -> Vec<u8> {
    vec![name; 64]
}

pub(crate) fn spilled(world: &World, name: u8) -> Handle<Vec<u8>> {
    let handle = world.pool.insert(value(name)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    handle
}

/// The last handle may be dropped before it begins.
pub(crate) fn well_or_gone<T>(result: Result<T, forebay_pool::Error>) {
    if let Err(error) = result {
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error:?}");
    }
}

#[test]
fn get_beside_evict_reads_the_value() {
    explore(|| {
        let world = World::new();
        let handle = world.pool.insert(value(1)).wait().unwrap();
        let (reader, evicter) = (handle.clone(), handle.clone());
        together(vec![
            Box::new(move || {
                for _ in 0..2 {
                    assert_eq!(*reader.get().wait().unwrap(), value(1));
                }
            }),
            Box::new(move || {
                for _ in 0..2 {
                    evicter.evict().wait().unwrap();
                }
            }),
        ]);
        assert_eq!(*handle.get().wait().unwrap(), value(1));
        drop(handle);
        world.check();
    });
}

#[test]
fn two_loads_are_one() {
    explore(|| {
        let world = World::new();
        let handle = spilled(&world, 1);
        let threads = (0..2).map(|_| {
            let handle = handle.clone();
            let read = move || assert_eq!(*handle.get().wait().unwrap(), value(1));
            Box::new(read) as Box<dyn FnOnce() + Send>
        });
        together(threads.collect());
        drop(handle);
        world.check();
    });
}

#[test]
fn a_load_that_some_leave_is_made_for_the_others() {
    explore(|| {
        let world = World::new();
        let handle = spilled(&world, 1);
        let (leaver, reader) = (handle.clone(), handle.clone());
        together(vec![
            Box::new(move || {
                let mut get = leaver.get();
                let mut context = std::task::Context::from_waker(std::task::Waker::noop());
                let _ = std::pin::Pin::new(&mut get).poll(&mut context);
            }),
            Box::new(move || assert_eq!(*reader.get().wait().unwrap(), value(1))),
        ]);
        drop(handle);
        world.check();
    });
}

#[test]
fn a_drop_beside_the_end_of_a_write_leaves_no_blob() {
    explore(|| {
        let world = World::new();
        let handle = world.pool.insert(value(1)).wait().unwrap();
        let write = handle.write_now();
        together(vec![
            Box::new(move || {
                if let Err(error) = write.wait() {
                    assert_eq!(error.kind(), ErrorKind::Invalid);
                }
            }),
            Box::new(move || drop(handle)),
        ]);
        world.check();
    });
}

#[test]
fn a_drop_beside_the_end_of_a_load_leaves_no_value() {
    explore(|| {
        let world = World::new();
        let handle = spilled(&world, 1);
        let get = handle.get();
        together(vec![
            Box::new(move || match get.wait() {
                Ok(guard) => assert_eq!(*guard, value(1)),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Invalid),
            }),
            Box::new(move || drop(handle)),
        ]);
        world.check();
    });
}

#[test]
fn an_upgrade_beside_the_last_drop_has_all_or_nothing() {
    explore(|| {
        let world = World::new();
        let handle = world.pool.insert(value(1)).wait().unwrap();
        let weak = handle.downgrade();
        together(vec![
            Box::new(move || {
                if let Some(handle) = weak.upgrade() {
                    assert_eq!(*handle.get().wait().unwrap(), value(1));
                }
            }),
            Box::new(move || drop(handle)),
        ]);
        world.check();
    });
}
