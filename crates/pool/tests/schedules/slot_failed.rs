//! Threads on one object whose medium fails, or whose pool is closed.

use std::time::Duration;

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{Error, ErrorKind};

use super::slot::{spilled, value};
use super::world::{World, explore, together};

fn failing() -> Fault {
    Fault::Error(Error::unavailable("as the script says"))
}

/// The medium fails once, the pool is closed, or the last handle is dropped before it begins: nothing else.
fn well_or<T>(result: Result<T, Error>, kind: ErrorKind) {
    if let Err(error) = result {
        assert!([kind, ErrorKind::Invalid].contains(&error.kind()), "{error:?}");
    }
}

fn well_or_failed<T>(result: Result<T, Error>) {
    well_or(result, ErrorKind::Unavailable);
}

#[test]
fn a_write_that_fails_beside_another_and_a_read_leaves_the_value() {
    explore(|| {
        let world = World::new();
        let handle = world.pool.insert(value(1)).wait().unwrap();
        world.medium.fail(Call::Put, 1, &failing());
        let (writer, evicter, reader) = (handle.clone(), handle.clone(), handle.clone());
        together(vec![
            Box::new(move || well_or_failed(writer.write_now().wait())),
            Box::new(move || well_or_failed(evicter.evict().wait())),
            Box::new(move || assert_eq!(*reader.get().wait().unwrap(), value(1))),
        ]);
        assert!(handle.evict().wait().unwrap());
        assert_eq!(*handle.get().wait().unwrap(), value(1));
        drop(handle);
        world.check();
    });
}

#[test]
fn a_write_that_fails_beside_a_replacement_leaves_the_new_value() {
    explore(|| {
        let world = World::new();
        let mut handle = world.pool.insert(value(1)).wait().unwrap();
        world.medium.fail(Call::Seal, 1, &failing());
        let (write, evict) = (handle.write_now(), handle.evict());
        together(vec![
            Box::new(move || well_or_failed(write.wait())),
            Box::new(move || well_or_failed(evict.wait())),
            Box::new(move || {
                handle.replace(value(2)).wait().unwrap();
                well_or_failed(handle.evict().wait());
                assert_eq!(*handle.get().wait().unwrap(), value(2));
            }),
        ]);
        world.check();
    });
}

#[test]
fn a_read_that_fails_beside_another_answers_both_and_leaves_the_blob() {
    explore(|| {
        let world = World::new();
        let handle = spilled(&world, 1);
        world.medium.fail(Call::Read, 1, &failing());
        let threads = (0..2).map(|_| {
            let handle = handle.clone();
            let read = move || match handle.get().wait() {
                Ok(guard) => assert_eq!(*guard, value(1)),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Unavailable),
            };
            Box::new(read) as Box<dyn FnOnce() + Send>
        });
        together(threads.collect());
        world.medium.heal();
        assert_eq!(*handle.get().wait().unwrap(), value(1));
        drop(handle);
        world.check();
    });
}

#[test]
fn closing_beside_a_write_and_a_change_answers_both() {
    explore(|| {
        let world = World::new();
        let mut handle = world.pool.insert(value(1)).wait().unwrap();
        let (write, closer) = (handle.write_now(), world.pool.clone());
        together(vec![
            Box::new(move || well_or(write.wait(), ErrorKind::Closed)),
            Box::new(move || {
                if let Ok(mut guard) = handle.get_mut().wait() {
                    guard[0] = 2;
                }
                // What is in memory stays readable.
                assert_eq!(handle.get().wait().unwrap()[0], 2);
            }),
            Box::new(move || {
                closer.close(Duration::from_secs(1)).wait().unwrap();
            }),
        ]);
        world.check();
    });
}
