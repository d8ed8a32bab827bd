//! Threads on objects of which memory holds two.

use std::sync::Arc;

use forebay_pool::{ByteSize, ErrorKind, Handle};

use super::world::{World, explore_some, timed};

const LENGTH: usize = 40 << 10;

fn small() -> World {
    World::with(ByteSize::kib(128), |builder| builder)
}

fn spilled(world: &World, name: u8) -> Handle<Vec<u8>> {
    let handle = world.pool.insert(vec![name; LENGTH]).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    handle
}

#[test]
fn many_at_once_beside_loads_that_ask_all_are_answered() {
    explore_some(|| {
        let world = small();
        let handles: Arc<Vec<_>> = Arc::new((0..3).map(|name| spilled(&world, name)).collect());
        let read = |at: usize| {
            let handles = Arc::clone(&handles);
            Box::new(move || {
                assert_eq!(handles[at].get().wait().unwrap()[0], u8::try_from(at).unwrap());
            }) as Box<dyn FnOnce() + Send>
        };
        let (pool, set) = (world.pool.clone(), handles[..2].to_vec());
        let many = Box::new(move || {
            let guards = pool.get_many(&set).wait().unwrap();
            assert_eq!((guards[0][0], guards[1][0]), (0, 1));
        });
        timed(&world, vec![many, read(0), read(2)]);
        drop(handles);
        world.check();
    });
}

#[test]
fn crossing_sets_that_fill_memory_are_both_answered() {
    explore_some(|| {
        let world = small();
        let handles: Vec<_> = (0..3).map(|name| spilled(&world, name)).collect();
        let threads = [[0, 1], [1, 2]].map(|set| {
            let (pool, set) = (world.pool.clone(), set.map(|at: usize| handles[at].clone()));
            Box::new(move || {
                assert_eq!(pool.get_many(&set).wait().unwrap().len(), 2);
            }) as Box<dyn FnOnce() + Send>
        });
        drop(handles);
        timed(&world, threads.into());
        world.check();
    });
}

#[test]
fn inserts_and_changes_beside_each_other_keep_all_contents() {
    explore_some(|| {
        let world = small();
        let mut first = spilled(&world, 1);
        let second = spilled(&world, 2);
        let pool = world.pool.clone();
        let threads: Vec<Box<dyn FnOnce() + Send>> = vec![
            Box::new(move || {
                first.get_mut().wait().unwrap()[0] = 9;
                first.evict().wait().unwrap();
                assert_eq!(first.get().wait().unwrap()[0], 9);
            }),
            Box::new(move || {
                let mut copy = second.clone();
                copy.make_mut().wait().unwrap()[0] = 8;
                assert_eq!(second.get().wait().unwrap()[0], 2);
                assert_eq!(copy.get().wait().unwrap()[0], 8);
            }),
            Box::new(move || {
                let handle = pool.insert(vec![3u8; LENGTH]).wait().unwrap();
                assert_eq!(handle.get().wait().unwrap()[0], 3);
            }),
        ];
        timed(&world, threads);
        world.check();
    });
}

#[test]
fn an_offer_that_is_dropped_beside_its_answer_leaves_nothing() {
    explore_some(|| {
        let world = small();
        let handles: Vec<_> = (0..2).map(|name| spilled(&world, name)).collect();
        let guards: Vec<_> = handles.iter().map(|handle| handle.get().wait().unwrap()).collect();
        let (offer, other) = (world.pool.insert(vec![3u8; LENGTH]), world.pool.clone());
        let threads: Vec<Box<dyn FnOnce() + Send>> = vec![
            Box::new(move || drop(offer)),
            Box::new(move || drop((guards, handles))),
            Box::new(move || match other.try_insert(vec![4u8; LENGTH]) {
                Ok(handle) => assert_eq!(handle.get().wait().unwrap()[0], 4),
                Err(rejected) => assert_eq!(rejected.error.kind(), ErrorKind::Busy),
            }),
        ];
        timed(&world, threads);
        world.check();
    });
}

#[test]
fn a_reader_beside_one_who_leaves_the_line_is_not_sent_away_with_him() {
    explore_some(|| {
        let world = small();
        let away = spilled(&world, 0);
        let handles: Vec<_> = (1..3).map(|name| spilled(&world, name)).collect();
        let guards: Vec<_> = handles.iter().map(|handle| handle.get().wait().unwrap()).collect();
        let (leaver, reader) = (away.clone(), away.clone());
        let threads: Vec<Box<dyn FnOnce() + Send>> = vec![
            Box::new(move || {
                let mut get = leaver.get();
                let mut context = std::task::Context::from_waker(std::task::Waker::noop());
                let _ = std::pin::Pin::new(&mut get).poll(&mut context);
            }),
            Box::new(move || match reader.get().wait() {
                Ok(guard) => assert_eq!(guard[0], 0),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Busy),
            }),
            Box::new(move || {
                shuttle::thread::yield_now();
                drop((guards, handles));
            }),
        ];
        timed(&world, threads);
        drop(away);
        world.check();
    });
}
